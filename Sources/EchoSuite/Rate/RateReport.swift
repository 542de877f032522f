public import EchoIO

/// What a search for the rate that holds came to, and what `client --find-rate … --format json` prints,
/// whatever happened: schema `echobench-rate/1`. Rates are in messages per second, times in nanoseconds.
public struct RateReport: Codable, Equatable, Sendable {
  public enum Schema: String, Codable, Sendable {
    case version1 = "echobench-rate/1"
  }

  public internal(set) var schema = Schema.version1
  public internal(set) var valid = false
  public internal(set) var partial = false
  /// Of the window that ended the search.
  public internal(set) var invalidReasons: [String] = []
  /// Why a window could not take place, which ended the search.
  @ExplicitNull public internal(set) var error: String?
  public let build: String
  public let target: ClientReport.Target
  /// Without a rate, which is what was searched; each window has the seed after that of the one before.
  public let workload: ClientReport.WorkloadReport
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
  /// The client's report of the window that confirmed the rate. Where none was: of the last that was a
  /// measurement, or of the one that ended the search for what it shows. Nil where none began, and where the
  /// report stands beside this one.
  public internal(set) var client: ClientReport?

  public enum Limit: String, Codable, Equatable, Sendable {
    case condition
    case notKept = "rate_not_kept"
    case unknown
    case stalled
    /// The client: the server may do more.
    case client = "client_bound"
  }

  enum CodingKeys: String, CodingKey {
    case schema, valid, partial, error, build, target, workload, condition, limit, windows, client
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
    self.workload = ClientReport(workload).workload
    self.condition = condition
    self.duration = duration.nanoseconds
    warmup = workload.warmup.nanoseconds
  }

  /// What the search knows by now.
  mutating func take(_ search: RateSearch) {
    (rate, held, failed) = (search.confirmed, search.lower, search.failed)
    if !failures.isEmpty, failures.allSatisfy({ $0.clientLimit != nil }) {
      limit = .client
    } else {
      limit = failures.last?.outcome.flatMap { Limit(rawValue: $0.rawValue) }
    }
  }

  /// The client's report of the window that confirmed the rate; nil where none did.
  var confirmation: ClientReport? { rate == nil ? nil : client }

  /// Keeps the client's report of a window: that of the last measurement, unless the window ends the search.
  mutating func note(_ measured: ClientReport) {
    if measured.valid || client == nil || !measured.isStalled { client = measured }
  }

  /// What others said is in it, where a log was written by anybody.
  mutating func makeLegible() {
    invalidReasons = invalidReasons.map { legible($0) }
    error = error.map { legible($0) }
  }

  /// Whether the server did not answer in time at the end of a search that confirmed nothing, at a rate below what
  /// it reaches: that is no finding, but a server that has stopped.
  var hasEndedInSilence: Bool {
    guard rate == nil, let failed, let closedLoop, Double(failed) < closedLoop else { return false }
    return failures.allSatisfy { $0.outcome == .stalled }
  }

  /// The last window at the lowest rate that did not hold.
  var lastFailure: RateWindow? { failures.last }

  /// The windows at the lowest rate that did not hold in which it did not.
  private var failures: [RateWindow] {
    failed.map { failed in windows.filter { $0.rate == failed && $0.outcome != .held } } ?? []
  }

  var closedLoop: Double? {
    windows.lazy.compactMap { $0.kind == .closed ? $0.achieved : nil }.first
  }
}
