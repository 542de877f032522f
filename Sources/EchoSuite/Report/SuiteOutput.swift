internal import Foundation

extension SuiteResult {
  /// What the trials that are in a log found.
  public init(_ log: TrialLog) {
    self.init(plan: log.plan, machine: log.machine, measurements: log.measurements)
  }

  /// Writes every report into a folder.
  /// - Throws: `SuiteError`.
  public func writeReports(to directory: String) throws {
    for report in ReportFormat.allCases {
      let path = "\(directory)/\(report.fileName)"
      do {
        try Data(report.render(self).utf8).write(to: URL(filePath: path), options: .atomic)
      } catch {
        throw SuiteError.unwritable(directory, error.fileReason)
      }
    }
  }
}
