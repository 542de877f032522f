public import EchoIO

/// What a search for the rate that holds came to, and what `client --find-rate … --format json` prints,
/// whatever happened: schema `echobench-rate/1`. Rates are in messages per second, times in nanoseconds.
public struct RateReport: Encodable, Equatable, Sendable {
  public let schema = "echobench-rate/1"
  public internal(set) var valid = false
  public internal(set) var partial = false
  /// Of the window that ended the search.
  public internal(set) var invalidReasons: [String] = []
  /// Why a window could not take place, which ended the search.
  @ExplicitNull public internal(set) var error: String?
  public let build: String
  public let target: ClientReport.Target
  /// Without a rate, which is what was searched; each window has the seed after that of the one before.
  public let workload: Searched
  public let condition: LatencyCondition
  /// Of a window that searches, at least.
  public let duration: UInt64
  public let warmup: UInt64
  /// The highest rate that holds, confirmed; nil where there is none, or none is known.
  @ExplicitNull public internal(set) var rate: Int?
  /// The highest rate that held, and the lowest that did not.
  @ExplicitNull public internal(set) var held: Int?
  @ExplicitNull public internal(set) var failed: Int?
  /// What was in the way at the lowest rate that did not hold.
  @ExplicitNull public internal(set) var limit: Limit?
  /// In the order in which they were measured.
  public internal(set) var windows: [RateWindow] = []
  /// The client's report of the window that confirmed the rate, which is not part of the document.
  public internal(set) var confirmation: ClientReport?

  public enum Limit: String, Codable, Equatable, Sendable {
    case condition
    case notKept = "rate_not_kept"
    case unknown
    case stalled
    /// The client: the server may do more.
    case client = "client_bound"
  }

  public struct Searched: Equatable, Sendable {
    public let load: Load
    public let seed: UInt64
  }

  enum CodingKeys: String, CodingKey {
    case schema, valid, partial, error, build, target, workload, condition, limit, windows
    case invalidReasons = "invalid_reasons"
    case duration = "duration_ns"
    case warmup = "warmup_ns"
    case rate = "messages_per_second"
    case held = "highest_held_per_second"
    case failed = "lowest_failed_per_second"
  }

  init(_ workload: Workload, _ condition: LatencyCondition, _ duration: TimeSpan) {
    build = BuildConfiguration.current.rawValue
    target = ClientReport(workload).target
    self.workload = Searched(load: workload.load, seed: workload.seed)
    self.condition = condition
    self.duration = duration.nanoseconds
    warmup = workload.warmup.nanoseconds
  }

  /// What the search knows by now.
  mutating func take(_ search: RateSearch) {
    (rate, held, failed) = (search.confirmed, search.lower, search.failed)
    let failures = windows.filter { $0.rate == search.failed && $0.outcome != .held }
    if !failures.isEmpty, failures.allSatisfy({ $0.clientLimit != nil }) {
      limit = .client
    } else {
      limit = failures.last?.outcome.flatMap { Limit(rawValue: $0.rawValue) }
    }
  }

  /// The last window at the lowest rate that did not hold.
  var lastFailure: RateWindow? {
    failed.flatMap { failed in windows.last { $0.rate == failed && $0.outcome != .held } }
  }

  var closedLoop: Double? { windows.first { $0.kind == .closed }?.achieved }
}

extension RateReport.Searched: Encodable {
  private enum CodingKeys: CodingKey {
    case seed, pacing, pipeline
  }

  public func encode(to encoder: any Encoder) throws {
    try load.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(seed, forKey: .seed)
    try container.encode("open", forKey: .pacing)
    try container.encode(load.depth, forKey: .pipeline)
  }
}

extension LatencyCondition: Encodable {
  private enum CodingKeys: CodingKey {
    case text, terms
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode("\(self)", forKey: .text)
    try container.encode(terms, forKey: .terms)
  }
}

extension LatencyCondition.Term: Encodable {
  private enum CodingKeys: String, CodingKey {
    case figure
    case limit = "limit_ns"
    case includesLimit = "includes_limit"
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(figure, forKey: .figure)
    try container.encode(limit.nanoseconds, forKey: .limit)
    try container.encode(includesLimit, forKey: .includesLimit)
  }
}
