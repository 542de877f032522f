internal import Foundation

extension SuiteResult {
  /// What the trials that are in a log found.
  public init(_ log: TrialLog) {
    self.init(
      plan: log.plan, machine: log.machine, attempts: log.attempts,
      anatomies: log.anatomies)
  }

  /// Writes every report into the folder of a suite.
  /// - Throws: `SuiteError`, also where a file that has a report's name is somebody else's.
  public func writeReports(to directory: String) throws {
    guard try SuiteFolder(path: directory).holdsSuite() else {
      throw SuiteError.missing(directory, TrialLog.File.plan.rawValue)
    }
    for report in ReportFormat.allCases {
      do {
        try replaceDocument(
          at: "\(directory)/\(report.fileName)", with: Data(try report.render(self).utf8))
      } catch {
        throw SuiteError.unwritable(directory, error.fileReason)
      }
    }
  }
}
