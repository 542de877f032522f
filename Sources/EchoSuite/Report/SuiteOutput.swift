internal import Foundation

extension SuiteResult {
  /// Writes every report into a folder.
  /// - Throws: `SuiteError`.
  public func writeReports(to directory: String) throws {
    for report in Report.allCases {
      let path = "\(directory)/\(report.fileName)"
      do {
        try Data(report.render(self).utf8).write(to: URL(filePath: path), options: .atomic)
      } catch {
        throw SuiteError.unwritable(directory, error.fileReason)
      }
    }
  }

  /// What the command line ends with.
  public enum Verdict: Equatable, Sendable {
    case fine
    /// Something could not run, or nothing was measured.
    case failed
    /// A server did not echo what it was sent.
    case invalid
  }

  /// A server that also runs unverified is there to be shown wrong, so it is not held against
  /// the suite.
  public var verdict: Verdict {
    let shown = Set(unverified.map(\.scenario.server.name))
    let statuses = summaries.filter { !shown.contains($0.scenario.server.name) }.map(\.status)
    if statuses.contains(.invalid) { return .invalid }
    return statuses.contains(.failed) || !statuses.contains(.measured) ? .failed : .fine
  }
}
