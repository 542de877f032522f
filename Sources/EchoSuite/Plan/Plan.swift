public import EchoIO

/// One scenario in one round.
public struct Trial: Hashable, Sendable {
  /// Index into the plan's scenarios.
  public let scenario: Int
  /// From 1.
  public let round: Int

  public init(scenario: Int, round: Int) {
    self.scenario = scenario
    self.round = round
  }
}

/// What a suite is going to run, in which order: `plan.json`. The same plan, seed included, gives
/// the same trials.
public struct Plan: Codable, Equatable, Sendable {
  public enum Schema: String, Codable, Sendable {
    case version2 = "echobench-plan/2"
  }

  public var schema = Schema.version2
  public let name: String
  public let about: String
  public let seed: UInt64
  public let goals: Goals
  public let timing: Timing
  public let scenarios: [Scenario]
  /// Whether it is counted, too, what a message costs each server; nil for no, and in plans of earlier
  /// versions.
  public let anatomy: Bool?
  /// What the rates are parts of; nil where the suite file gave them as they are.
  public let pilot: Pilot?
  /// Where servers and clients run; nil for this machine.
  public let hosts: Hosts?

  /// How long each trial takes, in nanoseconds.
  public struct Timing: Codable, Equatable, Sendable {
    public let duration: UInt64
    public let warmup: UInt64
    public let timeout: UInt64

    enum CodingKeys: String, CodingKey {
      case duration = "duration_ns"
      case warmup = "warmup_ns"
      case timeout = "timeout_ns"
    }

    public init(duration: TimeSpan, warmup: TimeSpan, timeout: TimeSpan) {
      self.duration = duration.nanoseconds
      self.warmup = warmup.nanoseconds
      self.timeout = timeout.nanoseconds
    }
  }

  /// - Precondition: the file's rates are known (``SuiteFile/paced(by:)``).
  public init(_ file: SuiteFile, seed: UInt64) {
    precondition(!file.sweep.hasRateParts, "the rates of a plan are known")
    name = file.name
    about = file.about
    self.seed = seed
    goals = file.goals
    timing = Timing(duration: file.duration, warmup: file.warmup, timeout: file.timeout)
    scenarios = file.sweep.scenarios
    anatomy = file.anatomy ? true : nil
    pilot = file.pilot
    hosts = file.hosts
  }

  /// The most rounds that any row runs.
  public var rounds: Int { goals.mostRounds }

  /// When comparisons are looked at: never before eight rounds, and last after all of them.
  var looks: Looks { Looks(through: max(Looks.standard[0], rounds)) }

  /// Why nothing that is compared has a verdict; nil where it may have one.
  public var indecision: String? {
    let servers = Set(scenarios.map(\.server.name))
    guard rounds < looks.counts[0], servers.count > 1 else { return nil }
    return
      "nothing is decided in fewer than \(looks.counts[0]) rounds, and this suite has \(rounds)"
  }

  /// Whether any scenario is driven by another client than this program's own.
  var hasClients: Bool { scenarios.contains { $0.client != nil } }

  public var countsAnatomy: Bool { anatomy == true }

  /// The most connections that any scenario opens.
  public var mostConnections: Int { scenarios.map(\.load.allConnections).max() ?? 0 }
}
