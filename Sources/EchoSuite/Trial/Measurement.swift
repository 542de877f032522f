public import EchoIO

/// What one attempt at a trial gave: a line of `trials.jsonl`.
public struct Measurement: Codable, Equatable, Sendable {
  public enum Schema: String, Codable, Sendable {
    case version1 = "echobench-trial/1"
  }

  public var schema = Schema.version1
  /// Index into the plan's scenarios, and the scenario's name for whoever reads the file.
  public let scenario: Int
  public internal(set) var name: String
  /// From 1.
  public let round: Int
  /// From 1; more than one when earlier ones were disturbed from outside.
  public let attempt: Int
  public internal(set) var outcome: Outcome
  /// How much of the machine others took during the window; nil when nothing was measured.
  public let disturbance: Disturbance?
  /// What a backend counted over its whole life; nil for a command.
  public let server: ServerStopped?
  /// What this program's own client reported, or another build of it.
  @OnHeap private(set) var own: ClientReport?
  /// What came of a client that is somebody's command, where it tells its own figures.
  @OnHeap public private(set) var foreign: ForeignRun?
  /// The search for the rate that holds, where that is the load: `client` is of the window that ended it.
  @OnHeap public internal(set) var search: RateReport?
  /// What each host has in it, the server's first; nil where everything ran on this machine.
  public internal(set) var hosts: [HostReading]?
  /// What the attempt took, processes and all: what a budget is reckoned by. Nil while it is made.
  public var tookNanoseconds: UInt64?

  enum CodingKeys: String, CodingKey {
    case schema, scenario, name, round, attempt, outcome, disturbance, server, search, hosts
    case own = "client"
    case foreign = "foreign_client"
    case tookNanoseconds = "took_ns"
  }

  public enum Outcome: Codable, Equatable, Sendable {
    /// The client ran; whether it measured is in its report.
    case ran
    /// The server or the client could not run: why.
    case failed(reason: String)
    /// This machine cannot run the server: why.
    case unavailable(reason: String)

    /// Nil when it ran.
    public var reason: String? {
      switch self {
      case .ran: nil
      case .failed(let reason), .unavailable(let reason): reason
      }
    }
  }

  public init(
    _ trial: Trial, name: String, attempt: Int, outcome: Outcome, server: ServerStopped? = nil,
    client: ClientReport? = nil, foreign: ForeignRun? = nil, search: RateReport? = nil,
    hosts: [HostReading]? = nil
  ) {
    self.hosts = hosts
    scenario = trial.scenario
    self.name = name
    round = trial.round
    self.attempt = attempt
    self.outcome = outcome
    self.server = server
    own = foreign == nil ? client : nil
    self.foreign = foreign
    self.search = search
    disturbance = (foreign?.report ?? client).flatMap { Disturbance($0) }
  }

  /// What the client reported, whoever it was; nil when it did not run.
  public internal(set) var client: ClientReport? {
    get { own ?? foreign?.report }
    set { if foreign == nil { own = newValue } }
  }

  /// Of the connections; nil where the client does not tell.
  var connections: ClientReport.Connections? { own?.connections }

  /// True when nothing came back in the window, and nothing was wrong either: the server stalled for
  /// as long, or the machine was busy with other things. It counts as 0/s.
  var isEmpty: Bool { outcome == .ran && client?.sawNothing == true }

  /// Whether it looked for a rate that holds, and confirmed none: what its last window shows is of a rate
  /// that does not hold.
  var foundNoRate: Bool { search.map { $0.rate == nil } ?? false }

  /// Whether the trial is better run again: not because of what it shows, which is never dropped, but
  /// because the machine was elsewhere, so much at times that nothing could be read. Of a client that
  /// tells its own figures that may be so every time, and of hosts nobody knows it of all at once.
  var shouldRepeat: Bool {
    if hosts != nil { return isEmpty }
    return disturbance.map(\.isGrave) ?? (isEmpty || (own?.valid == true && own?.client == nil))
  }

  public var trial: Trial { Trial(scenario: scenario, round: round) }
}

extension ClientReport {
  /// No message came back, and nothing else is wrong.
  var sawNothing: Bool {
    !valid && !partial && error == nil && counts.completed == 0
      && counts.errors.values.allSatisfy { $0 == 0 }
  }
}
