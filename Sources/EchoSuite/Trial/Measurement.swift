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
  public let outcome: Outcome
  /// How much of the machine others took during the window; nil when nothing was measured.
  public let disturbance: Disturbance?
  /// What a backend counted over its whole life; nil for a command.
  public let server: ServerStopped?
  /// What the client reported; nil when it did not run.
  @OnHeap public internal(set) var client: ClientReport?

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
    client: ClientReport? = nil
  ) {
    scenario = trial.scenario
    self.name = name
    round = trial.round
    self.attempt = attempt
    self.outcome = outcome
    self.server = server
    self.client = client
    disturbance = client.flatMap { Disturbance($0) }
  }

  /// True when nothing came back in the window, and nothing was wrong either: on a machine that is
  /// busy with other things, a short window can pass without a message.
  var isEmpty: Bool {
    guard let client, outcome == .ran, !client.valid, !client.partial else { return false }
    return client.counts.completed == 0 && client.counts.errors.values.allSatisfy { $0 == 0 }
  }

  /// Whether the trial is better run again.
  var shouldRepeat: Bool { isEmpty || disturbance?.isGrave == true }

  public var trial: Trial { Trial(scenario: scenario, round: round) }
}
