public import EchoIO

/// A suite as it is written down: what to sweep, how often, and for how long.
public struct SuiteFile: Equatable, Sendable {
  public var name: String
  /// A sentence for the head of the report.
  public var about: String
  public var goals: Goals
  public var duration: TimeSpan
  public var warmup: TimeSpan
  public var timeout: TimeSpan
  public var sweep: Sweep

  /// Fewer rounds decide nothing.
  public static let defaultRounds = Goals.standardFewest
}

/// A suite file that cannot be used: where it is wrong, how, and what would be right.
public struct SuiteFileError: Error, Equatable, CustomStringConvertible {
  public let file: String
  /// From 1; nil when the whole file is meant.
  public let line: Int?
  public let reason: String

  public var description: String {
    line.map { "\(file):\($0): \(reason)" } ?? "\(file): \(reason)"
  }
}
