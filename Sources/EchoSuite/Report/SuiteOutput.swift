internal import Foundation

extension SuiteResult {
  /// What the trials that are in a log found.
  public init(_ log: TrialLog) {
    self.init(plan: log.plan, machine: log.machine, attempts: log.attempts)
  }

  /// Writes every report into the folder of a suite.
  /// - Throws: `SuiteError`, also where a file that has a report's name is somebody else's.
  public func writeReports(to directory: String) throws {
    guard try SuiteFolder(path: directory).holdsSuite() else {
      throw SuiteError.missing(directory, TrialLog.File.plan.rawValue)
    }
    for report in Report.allCases {
      do {
        try replaceFile(
          at: "\(directory)/\(report.fileName)", with: Data(try report.render(self).utf8))
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
