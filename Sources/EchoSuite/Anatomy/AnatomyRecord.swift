/// What came of a scenario's anatomy: what `echobench anatomy --format json` prints.
public struct AnatomyRecord: Codable, Equatable, Sendable {
  public enum Schema: String, Codable, Sendable {
    case version1 = "echobench-anatomy/1"
  }

  public var schema = Schema.version1
  public let scenario: Scenario
  /// The scenario's, for whoever reads the file.
  public let name: String
  public let build: String
  public private(set) var outcome: Outcome
  /// Nil unless it ran.
  public private(set) var anatomy: Anatomy?
  /// The messages that the system calls were counted over; nil when they were not.
  public let messages: Int?
  public let tookNanoseconds: UInt64

  public enum Outcome: Codable, Equatable, Sendable {
    /// The server ran and echoed. There may still be figures that are unavailable.
    case ran
    /// It did not echo what it was sent: how.
    case wrong(reason: String)
    /// The server or a client could not run: why.
    case failed(reason: String)
    /// This machine cannot run the server: why.
    case unavailable(reason: String)

    /// Nil when it ran.
    public var reason: String? {
      switch self {
      case .ran: nil
      case .wrong(let reason), .failed(let reason), .unavailable(let reason): reason
      }
    }

    public var isWrong: Bool { if case .wrong = self { true } else { false } }
  }

  enum CodingKeys: String, CodingKey {
    case schema, scenario, name, build, outcome, anatomy, messages
    case tookNanoseconds = "took_ns"
  }

  init(
    _ scenario: Scenario, _ outcome: Outcome, anatomy: Anatomy? = nil,
    messages: Int? = nil, took: UInt64, build: BuildConfiguration = .current
  ) {
    self.scenario = scenario
    name = scenario.name
    self.build = build.rawValue
    self.outcome = outcome
    self.anatomy = anatomy
    self.messages = messages
    tookNanoseconds = took
  }
}

extension AnatomyRecord {
  /// What no server costs, or no record says; nil when there is nothing of the kind.
  /// - Parameter scenarios: of which there may be one: nobody has looked at the record's own yet.
  func problem(among scenarios: [Scenario]) -> String? {
    guard scenarios.contains(scenario) else { return "'\(name)' is not counted in this plan" }
    if (outcome == .ran) != (anatomy != nil) { return "it ran if there is an anatomy" }
    if name != scenario.name { return "its name is not its scenario's" }
    if let messages, messages < 1 { return "'messages' must be at least 1, got \(messages)" }
    guard BuildConfiguration(rawValue: build) != nil else { return "'build' is not known" }
    guard let anatomy else { return nil }
    let names = (anatomy.calls ?? [:]).keys
    // As the kernel has them, or of a call without a name its number.
    if names.contains(where: { !$0.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "_" } }) {
      return "'calls' has a name that no call has"
    }
    let moved = [anatomy.reads, anatomy.writes].flatMap { [$0?.calls, $0?.bytes, $0?.eights] }
    let figures: [Double?] =
      [
        anatomy.voluntarySwitches, anatomy.involuntarySwitches, anatomy.migrations,
        anatomy.minorFaults, anatomy.instructions,
      ] + moved + (anatomy.calls ?? [:]).values.map { $0 }
    let most = 1e15
    for case let figure? in figures where !(0...most).contains(figure) {
      return "a figure must be from 0 to \(most), got \(figure)"
    }
    return nil
  }

  /// Makes the words of others legible: what was read may have been written by anybody.
  mutating func makeLegible() {
    switch outcome {
    case .ran: break
    case .wrong(let reason): outcome = .wrong(reason: legible(reason))
    case .failed(let reason): outcome = .failed(reason: legible(reason))
    case .unavailable(let reason): outcome = .unavailable(reason: legible(reason))
    }
    if let reasons = anatomy?.unavailable {
      anatomy?.unavailable = reasons.mapValues { legible($0) }
    }
  }
}
