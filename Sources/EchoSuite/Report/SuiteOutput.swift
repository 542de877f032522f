internal import Foundation

extension SuiteResult {
  /// What the trials that are in a log found.
  public init(_ log: TrialLog) {
    self.init(plan: log.plan, machine: log.machine, measurements: log.measurements)
  }

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

  /// Every row of the tables counts, but for one: a server that names the one that does the same
  /// without its fault is there to be shown wrong.
  public var verdict: Verdict {
    let isWrong = summaries.contains {
      $0.status == .invalid && $0.scenario.server.correctedBy == nil
    }
    if isWrong { return .invalid }
    let isMeasured = (summaries + unverified).contains { $0.status == .measured }
    return summaries.contains { $0.status == .failed } || !isMeasured ? .failed : .fine
  }
}
