public import EchoIO

/// The client's report for people: what was run, what came of it, errors always, warnings last.
public struct ClientText: CustomStringConvertible {
  private let report: ClientReport
  /// How the terminal shows text at which a person reads it; nil for a file or a pipe.
  private let terminal: TerminalStyle?

  public init(_ report: ClientReport, on terminal: TerminalStyle? = nil) {
    self.report = report
    self.terminal = terminal
  }

  public var description: String {
    (header + outcome + latency + bars + intervals + costs + ending).map { "\($0)\n" }.joined()
  }

  private var header: [String] {
    let workload = report.workload
    let connections =
      workload.load.connections == workload.load.workers
      ? "" : ", \(plural(workload.load.connections, "connection"))"
    let idle = workload.load.idle.map { ", \(plural($0, "idle connection"))" } ?? ""
    let sizes = workload.load.mix.map { "\($0)" } ?? "\(workload.load.size.bytes)-byte"
    let block = workload.load.block.map { " in blocks of \($0)" } ?? ""
    let churn =
      workload.load.reconnect.map {
        ", a new connection " + ($0 == 1 ? "for each message" : "every \($0) messages")
      } ?? ""
    let depth = workload.load.pipeline.map { ", \($0) in flight on each connection" } ?? ""
    return [
      row("target", report.target.address),
      row(
        "workload",
        "\(plural(workload.load.workers, "worker"))\(connections)\(idle), \(sizes) messages"
          + "\(block)\(depth)\(churn), \(workload.load.engine.rawValue) engine, verify"
          + " \(workload.load.verification.rawValue), seed \(workload.seed)"),
      row(
        "window",
        "\(seconds(report.window.duration)) s after \(seconds(report.window.warmup)) s of warm-up,"
          + " \(loop)"),
    ] + (sockets.map { [row("sockets", $0)] } ?? [])
      + (report.fleet.map { [row("client", $0.text)] } ?? [])
  }

  /// What was asked for, and what came of it.
  private var sockets: String? {
    report.sockets?.text(asked: report.workload.load.sockets)
  }

  private var loop: String {
    let load = report.workload.load
    guard let rate = load.rate else { return "closed loop" }
    return "open loop, \(grouped(rate)) messages/s, \((load.arrival ?? .steady).rawValue) arrivals"
  }

  private var outcome: [String] {
    if let error = report.error { return [row("failed", error)] }
    guard let messages = report.throughput.messagesPerSecond,
      let bytes = report.throughput.bytesPerSecond
    else { return report.invalidReasons.map { row("INVALID", $0) } }
    return [
      row(
        "throughput",
        "\(fixed(messages, 1)) messages/s, \(fixed(bytes / 1_048_576, 2)) MB/s"
          + " (\(report.counts.completed) messages)")
    ]
  }

  private var latency: [String] {
    let main = rows(
      report.latency, "latency",
      report.workload.load.rate == nil
        ? "round trip (service time), µs" : "from when a message was due (response time), µs")
    let service = report.service.map { rows($0, "", "from when it was sent (service time), µs") }
    let blocks = report.blocks.map { rows($0, "", "of a block, to its last message, µs") }
    let connects = report.connects.map {
      rows($0, "connecting", "\(report.connections.made ?? 0) new connections, until made, µs")
    }
    let sizes = (report.sizes ?? []).flatMap { size in
      rows(size.latency, "", "\(size.completed) messages of \(size.name), µs").prefix(2)
    }
    let network = report.retransmits.map { [row("network", "\(segments($0)) sent again")] } ?? []
    return main + network + (service ?? []) + (blocks ?? []) + sizes + schedule + (connects ?? [])
  }

  private func rows(_ latency: ClientReport.Latency, _ name: String, _ title: String) -> [String] {
    guard let min = latency.min, let mean = latency.mean, let max = latency.max else { return [] }
    let percentiles = ClientReport.percentiles.map { name in
      "p\(name) \((latency.percentiles[name] ?? nil).map { microseconds(Double($0)) } ?? "–")"
    }
    return [
      row(name, title),
      row("", percentiles.joined(separator: "  ")),
      row(
        "",
        "min \(microseconds(Double(min)))  mean \(microseconds(mean))"
          + "  max \(microseconds(Double(max)))"),
    ]
  }

  /// The same as a picture.
  private var bars: [String] {
    guard let terminal, let encoded = report.latency.hdrV2,
      let histogram = try? LatencyHistogram(decoding: encoded)
    else { return [] }
    return LatencyBars(histogram: histogram, style: terminal).lines.map { row("", $0) }
  }

  private var schedule: [String] {
    guard let schedule = report.schedule else { return [] }
    let lag = (schedule.sendLag.percentiles["50"] ?? nil).map {
      ", sent \(microseconds(Double($0))) µs after it was due at the median"
    }
    return [row("schedule", "\(schedule)\(lag ?? "")")]
  }

  /// Between which figures the intervals were: each is in the other formats.
  private var intervals: [String] {
    guard let intervals = report.intervals, let first = intervals.first else { return [] }
    let rates = intervals.compactMap(\.messagesPerSecond)
    let highest = intervals.compactMap(\.latency.max).max() ?? 0
    return [
      row(
        "intervals",
        "\(intervals.count) of \(seconds(first.duration)) s:"
          + " \(fixed(rates.min() ?? 0, 1)) to \(fixed(rates.max() ?? 0, 1)) messages/s,"
          + " max up to \(microseconds(Double(highest))) µs")
    ]
  }

  private var costs: [String] {
    guard report.valid else { return [] }
    let messages = Double(report.counts.completed)
    var cost = "client \(fixed(Double(report.cpu.nanoseconds) / messages / 1000, 2))"
    if let server = report.server {
      cost += ", server \(fixed(Double(server.cpuNanoseconds) / messages / 1000, 2))"
    }
    let connections = report.connections
    let fairness = connections.fairness.map { ", fairness \(fixed($0, 2))" } ?? ""
    let rows = [
      row("CPU", "\(cost) µs per message"),
      row(
        "connections",
        "\(connections.served) of \(connections.total) served, \(connections.slowestMessages) to"
          + " \(connections.fastestMessages) messages each\(fairness)"),
    ]
    return rows + unfinished
  }

  /// What the latencies do not have: a message counts when it has come back.
  private var unfinished: [String] {
    guard let count = report.counts.unfinished, let oldest = report.counts.oldestUnfinished else {
      return []
    }
    let isSlowest = oldest > report.latency.max ?? 0
    return [
      row(
        "unfinished",
        "\(plural(Int(clamping: count), "message")) at the end of the window, the oldest for"
          + " \(microseconds(Double(oldest))) µs"
          + (isSlowest ? ": longer than any that came back" : ""))
    ]
  }

  private var ending: [String] {
    let errors = ["connect", "reset", "timeout", "mismatch", "surplus", "missing"].map {
      "\($0) \(report.counts.errors[$0] ?? 0)"
    }
    return [row("errors", errors.joined(separator: ", "))]
      + ClientWarning.all(of: report).map { row("warning", "\($0)") }
  }

  /// A percentile does not show what few messages waited for: the maximum does, and this says why.
  private func segments(_ count: UInt64) -> String {
    plural(Int(clamping: count), "segment")
  }

  private func row(_ name: String, _ text: String) -> String {
    name.padded(to: 13) + text
  }

  private func seconds(_ nanoseconds: UInt64) -> String { fixed(Double(nanoseconds) / 1e9, 2) }

  private func microseconds(_ nanoseconds: Double) -> String { fixed(nanoseconds / 1000, 1) }
}

extension ClientReport.Fleet {
  /// `h2, shard 1/3, start at 2026-11-29T17:00:00.000Z`
  var text: String {
    let start = startAt.map { ", load from \(Moment(unixNanoseconds: $0)) on" } ?? ""
    return id + (shard.map { ", shard \($0)" } ?? "") + start
  }
}

extension ClientReport.OfSize {
  /// `1000 B`, `128 to 255 B`
  var name: String {
    from == to ? "\(ByteCount(from))" : "\(from) to \(to) B"
  }
}
