internal import Foundation

extension SuiteResult {
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
