import FoundationEssentials

@testable import EchoSuite

/// The results of real suites that are kept in the repository.
enum CommittedResults {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "results")

  /// - Parameter name: `latency`.
  static func open(_ name: String) throws -> SuiteResult {
    SuiteResult(try TrialLog.open(folder.appending(path: name).path()))
  }
}
