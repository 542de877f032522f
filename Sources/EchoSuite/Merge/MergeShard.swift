internal import EchoIO
internal import Foundation

/// A client's report that can be added to others: everything that is read of it is there, and is a figure
/// that can be.
struct MergeShard: Sendable {
  let source: String
  /// Without its histograms.
  private(set) var report: ClientReport
  let fleet: ClientReport.Fleet
  let load: ClientReport.Fleet.Span
  /// Of the histogram of a valid one's latencies.
  private(set) var significantDigits: Int?
  /// What pictures show of that; nil where too few messages came back.
  private(set) var ladder: LatencyLadder?

  /// The latencies of a report, each with the histogram that has them.
  enum Latencies: String, CaseIterable, CodingKey, Sendable {
    case latency, service, blocks, connects

    func of(_ report: ClientReport) -> ClientReport.Latency? {
      switch self {
      case .latency: report.latency
      case .service: report.service
      case .blocks: report.blocks
      case .connects: report.connects
      }
    }
  }

  var windowEnd: UInt64 { report.window.startUnix + report.window.duration }
  var kind: LatencyKind {
    report.workload.load.rate == nil ? .serviceTime : .responseTime
  }
  var rate: Double { Double(report.counts.completed) / (Double(report.window.duration) / 1e9) }

  /// - Parameter total: has a valid one's histograms added to it: each is many times as large as its text, and none
  ///   is kept.
  /// - Throws: the first rule that it breaks.
  init(
    _ report: ClientReport, from source: String, addingTo total: inout MergedHistograms
  ) throws(MergeProblem) {
    func problem(_ rule: String) -> MergeProblem { MergeProblem(source: source, rule: rule) }
    if let rule = report.sizeProblem ?? report.problem { throw problem(rule) }
    if let error = report.error { throw problem("its run did not take place: \(error)") }
    guard !report.partial else {
      throw problem("it was interrupted: its figures are of a part of its run")
    }
    guard let fleet = report.fleet else {
      throw problem(
        "it has no id: start each client with --id, --shard or --start-at, which say that there are others"
      )
    }
    do throws(UnitError) {
      _ = try ClientID(parsing: fleet.id)
    } catch {
      throw problem("its id \(error)")
    }
    if let shard = fleet.shard {
      guard (1...Shard.most).contains(shard.count), (1...shard.count).contains(shard.index) else {
        throw problem("there is no shard \(shard)")
      }
    }
    guard report.window.messagesPerWorker == nil else {
      throw problem(
        "its window ended with a number of messages: give clients a --duration, which ends all of them"
      )
    }
    guard report.valid == report.invalidReasons.isEmpty else {
      throw problem(
        "it says that it is \(report.valid ? "valid, and why it is not" : "invalid, and not why")")
    }
    guard let load = fleet.load ?? (report.valid ? nil : .init(start: 0, end: 0)) else {
      throw problem("it does not say when its load began and ended")
    }
    self.source = source
    self.report = report
    self.fleet = fleet
    self.load = load
    if report.valid { total.add(try histograms(), from: source) }
    forgetTexts()
  }

  private mutating func histograms() throws(MergeProblem) -> [Latencies: LatencyHistogram] {
    guard report.window.duration > 0 else {
      throw MergeProblem(source: source, rule: "its window has no duration")
    }
    var histograms: [Latencies: LatencyHistogram] = [:]
    for kind in Latencies.allCases {
      guard let latency = kind.of(report) else { continue }
      do throws(HistogramError) {
        histograms[kind] = try latency.recorded()
      } catch {
        throw MergeProblem(source: source, rule: "its histogram of '\(kind.rawValue)': \(error)")
      }
    }
    let recorded = histograms[.latency]?.count ?? 0
    guard recorded == report.counts.completed else {
      throw MergeProblem(
        source: source,
        rule: "its histogram has \(recorded) messages, and 'counts.completed' is"
          + " \(report.counts.completed)")
    }
    significantDigits = histograms[.latency]?.layout.significantDigits
    ladder = histograms[.latency].flatMap { LatencyLadder($0, kind) }
    return histograms
  }

  private mutating func forgetTexts() {
    report.latency.hdrV2 = nil
    (report.service, report.blocks, report.connects) = (nil, nil, nil)
    report.sizes = nil
    for index in (report.intervals ?? []).indices {
      report.intervals?[index].latency.hdrV2 = nil
      report.intervals?[index].service = nil
      report.intervals?[index].connects = nil
    }
  }
}

/// The histograms of all clients, added up. Nothing is lost, whatever the order.
struct MergedHistograms: Sendable {
  private(set) var all: [MergeShard.Latencies: LatencyHistogram] = [:]
  /// The first of what could not be added.
  private(set) var problem: MergeProblem?

  mutating func add(_ histograms: [MergeShard.Latencies: LatencyHistogram], from source: String) {
    for (kind, histogram) in histograms where problem == nil {
      do throws(HistogramError) {
        try all[kind, default: LatencyHistogram()].add(histogram)
      } catch {
        problem = MergeProblem(
          source: source, rule: "with it the histogram of '\(kind.rawValue)': \(error)")
      }
    }
  }
}

extension ClientReport {
  /// The first figure that is larger than any can be; nil when there is none. Those of all clients can be
  /// added up then.
  fileprivate var sizeProblem: String? {
    let figures: [(String, UInt64)] =
      [
        ("counts.sent", counts.sent), ("counts.completed", counts.completed),
        ("counts.bytes_sent", counts.bytesSent), ("counts.bytes_received", counts.bytesReceived),
        ("cpu.user_ns", cpu.userNanoseconds), ("cpu.system_ns", cpu.systemNanoseconds),
        ("retransmits", retransmits ?? 0), ("machine.busy_ns", machine?.busy ?? 0),
        ("machine.idle_ns", machine?.idle ?? 0), ("machine.stolen_ns", machine?.stolen ?? 0),
        ("window.duration_ns", window.duration), ("window.warmup_ns", window.warmup),
        ("window.cooldown_ns", window.cooldown ?? 0),
      ]
      + counts.errors.sorted { $0.key < $1.key }.map {
        ("counts.errors.\($0.key)", UInt64(clamping: $0.value))
      }
    if let (name, value) = figures.first(where: { $0.1 > Self.most }) {
      return "'\(name)' must be at most \(Self.most), got \(value)"
    }
    let moments = [
      ("window.start_unix_ns", window.startUnix),
      ("fleet.load.start_unix_ns", fleet?.load?.start ?? 0),
      ("fleet.load.end_unix_ns", fleet?.load?.end ?? 0),
    ]
    if let (name, value) = moments.first(where: { $0.1 > Self.latest }) {
      return "'\(name)' must be at most \(Self.latest), got \(value)"
    }
    if let (name, value) = counts.errors.sorted(by: { $0.key < $1.key }).first(where: {
      $0.value < 0
    }) {
      return "'counts.errors.\(name)' must not be negative, got \(value)"
    }
    return nil
  }

  /// Beyond what one machine does, and far from what overflows when as many are added up as there may be.
  private static var most: UInt64 { 1 << 50 }
  /// After the year 2200, in nanoseconds since 1970.
  private static var latest: UInt64 { 1 << 63 - 1 }
}

extension ClientReport.Latency {
  /// The histogram, with what stands beside it; an empty one where nothing was recorded.
  func recorded() throws(HistogramError) -> LatencyHistogram {
    guard let hdrV2 else { return LatencyHistogram() }
    guard let min, let max, let mean else { throw .otherExtremes }
    return try LatencyHistogram(decoding: hdrV2, min: min, max: max, mean: mean)
  }
}
