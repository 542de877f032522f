public import EchoIO

/// The client's report for people: what was run, what came of it, errors always, warnings last.
public struct ClientText: CustomStringConvertible {
  private let report: ClientReport

  public init(_ report: ClientReport) {
    self.report = report
  }

  public var description: String {
    (header + outcome + latency + intervals + costs + ending).map { "\($0)\n" }.joined()
  }

  private var header: [String] {
    let workload = report.workload
    let connections =
      workload.load.connections == workload.load.workers
      ? "" : ", \(workload.load.connections) connections"
    let idle = workload.load.idle.map { ", \(plural($0, "idle connection"))" } ?? ""
    return [
      row("target", report.target.address),
      row(
        "workload",
        "\(workload.load.workers) workers\(connections)\(idle), \(workload.load.size.bytes)-byte messages,"
          + " \(workload.load.engine.rawValue) engine, verify"
          + " \(workload.load.verification.rawValue), seed \(workload.seed)"),
      row(
        "window",
        "\(seconds(report.window.duration)) s after \(seconds(report.window.warmup)) s of warm-up,"
          + " closed loop"),
    ]
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
    guard let min = report.latency.min, let mean = report.latency.mean,
      let max = report.latency.max
    else { return [] }
    let percentiles = ClientReport.percentiles.map { name in
      "p\(name) \((report.latency.percentiles[name] ?? nil).map { microseconds(Double($0)) } ?? "–")"
    }
    return [
      row("latency", "round trip (service time), µs"),
      row("", percentiles.joined(separator: "  ")),
      row(
        "",
        "min \(microseconds(Double(min)))  mean \(microseconds(mean))"
          + "  max \(microseconds(Double(max)))"),
    ]
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
        "\(plural(Int(count), "message")) at the end of the window, the oldest for"
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

  private func row(_ name: String, _ text: String) -> String {
    name.padded(to: 13) + text
  }

  private func seconds(_ nanoseconds: UInt64) -> String { fixed(Double(nanoseconds) / 1e9, 2) }

  private func microseconds(_ nanoseconds: Double) -> String { fixed(nanoseconds / 1000, 1) }
}
