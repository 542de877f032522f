public import EchoIO

/// The least and the most that a value may be.
public struct Limit<Value: Comparable & Sendable>: Sendable {
  public let least: Value
  public let most: Value

  init(_ least: Value, _ most: Value) {
    self.least = least
    self.most = most
  }

  /// The rule that a value breaks, in words that follow its name; nil when it is fine.
  public func problem(_ value: Value) -> String? {
    if value < least { return "must be at least \(least)" }
    return value > most ? "must be at most \(most)" : nil
  }

  /// The same as a sentence about a member of a document.
  func complaint(_ name: String, _ value: Value) -> String? {
    problem(value).map { "'\(name)' \($0), got \(value)" }
  }
}

/// What a suite can be told, wherever it is: on the command line, in its file, in its plan. What a
/// load may be stands in `LoadAxis`.
public enum SuiteLimits {
  /// More would take a night for a single row.
  public static let rounds = Limit(1, 10_000)
  /// In a shorter window nothing but the start of the threads would show.
  public static let duration = Limit(TimeSpan.milliseconds(10), day)
  public static let warmup = Limit(TimeSpan.seconds(0), day)
  public static let timeout = Limit(TimeSpan.milliseconds(1), day)
  /// More threads than that is a slip of the keyboard, and would take the machine down.
  public static let threads = Limit(1, 4096)
  /// Of a server, at once: more than any process may have descriptors.
  public static let serverConnections = Limit(1, 1_000_000)
  /// The kernel counts silence in ticks of up to 10 ms; and a peer that is only far away is not silent.
  public static let idleTimeout = Limit(TimeSpan.milliseconds(100), day)
  /// Of a server.
  static let bufferBytes = Limit(1, ByteCount.largest.bytes)
  /// More rows than anybody reads.
  static let scenarios = Limit(1, 10_000)
  /// They take most of a day at the shortest window.
  static let trials = Limit(1, 1_000_000)
  /// Of the values of a key in a suite file, and of its servers.
  static let values = Limit(1, 1000)

  /// Longer is a slip of the keyboard.
  private static let day = TimeSpan.seconds(86_400)

  /// Why so many rounds of so many scenarios are too many; nil when they are not.
  static func problem(rounds: Int, scenarios: Int) -> String? {
    let (product, overflow) = rounds.multipliedReportingOverflow(by: scenarios)
    guard overflow || product > trials.most else { return nil }
    return "\(plural(rounds, "round")) of \(plural(scenarios, "scenario")) are more than the"
      + " \(trials.most) trials that a suite may have"
  }
}
