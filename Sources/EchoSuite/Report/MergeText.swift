internal import EchoIO

/// What several clients have measured together, for people.
public struct MergeText: CustomStringConvertible {
  private let report: MergeReport

  public init(_ report: MergeReport) {
    self.report = report
  }

  public var description: String {
    (header + outcome + latency + clients + server + ending).map { "\($0)\n" }.joined()
  }

  private var header: [String] {
    let load = report.workload
    let loop = load.rate.map { "open loop, \(grouped($0)) messages/s" } ?? "closed loop"
    let depth = load.pipeline > 1 ? ", \(load.pipeline) in flight on each" : ""
    return [
      row("target", report.target.address + report.way),
      row("clients", report.found),
      row(
        "workload",
        "\(load.connections) connections\(depth), \(load.size)-byte messages, \(load.engine.rawValue)"
          + " engine, verify \(load.verify.rawValue), \(loop)"),
      row("window", report.windowText),
    ]
  }

  private var outcome: [String] {
    guard let messages = report.throughput.messagesPerSecond,
      let bytes = report.throughput.bytesPerSecond
    else { return report.invalidReasons.map { row("INVALID", $0) } }
    return [
      row(
        "throughput",
        "\(fixed(messages, 1)) messages/s, \(fixed(bytes / 1_048_576, 2)) MB/s"
          + " (\(report.counts.completed) messages), the sum of the clients' rates")
    ]
  }

  private var latency: [String] {
    rows(report.latency, "latency", "of every message, \(name(report.latency.kind)), µs")
      + (report.service.map { rows($0, "", "service time, µs") } ?? [])
      + (report.blocks.map { rows($0, "", "of a block, to its last message, µs") } ?? [])
      + (report.connects.map { rows($0, "connecting", "new connections, until made, µs") } ?? [])
      + (report.retransmits.map {
        [row("network", "\(plural(Int(clamping: $0), "segment")) sent again by the clients")]
      } ?? [])
  }

  private func name(_ kind: String) -> String {
    kind == LatencyKind.responseTime.rawValue ? "response time" : "service time"
  }

  private func rows(_ latency: ClientReport.Latency, _ name: String, _ title: String) -> [String] {
    guard let min = latency.min, let mean = latency.mean, let max = latency.max else { return [] }
    let percentiles = ClientReport.percentiles.map { name in
      "p\(name) \((latency.percentiles[name] ?? nil).map { microseconds(Double($0)) } ?? "–")"
    }
    return [
      row(name, title),
      row("", "\(percentiles.joined(separator: "  "))  max \(microseconds(Double(max)))"),
      row("", "min \(microseconds(Double(min)))  mean \(microseconds(mean))"),
    ]
  }

  private var clients: [String] {
    report.clients.map { client in
      let rate = client.messagesPerSecond.map { "\(fixed($0, 1)) messages/s" } ?? "INVALID"
      let cpu = client.cpuPerMessage.map { ", CPU \(fixed($0 / 1000, 2)) µs per message" } ?? ""
      let idle = client.idleShare.map { ", \(fixed(100 * $0, 0)) % of its machine idle" } ?? ""
      return row("client", "\(client.name): \(rate)\(times(client))\(cpu)\(idle)")
    }
  }

  /// `, p50 25.4, p99 30.4, max 1987.5 µs`; without those that are not known.
  private func times(_ client: MergeReport.Client) -> String {
    let known = [
      ("p50", client.p50), ("p99", client.p99), ("p99.9", client.p999), ("max", client.max),
    ]
    .compactMap { name, time in time.map { "\(name) \(microseconds(Double($0)))" } }
    return known.isEmpty ? "" : ", \(known.joined(separator: ", ")) µs"
  }

  private var server: [String] {
    guard let server = report.server else {
      return report.valid ? [row("server", MergeReport.unknownServer)] : []
    }
    let cpu =
      server.cpuNanosecondsPerMessage.map { ", \(fixed($0 / 1000, 2)) µs per message" } ?? ""
    let busy = server.machineBusyShare.map { "; its machine \(fixed(100 * $0, 0)) % busy" } ?? ""
    let softirq = server.softirqShare.flatMap { share in
      server.softirqCPU.map { ", packets took \(fixed(100 * share, 0)) % of CPU \($0)" }
    }
    return [
      row(
        "server",
        "process \(server.process) on \(server.host): \(fixed(server.cpus, 2)) CPUs\(cpu)\(busy)"
          + (softirq ?? "")),
      row(
        "",
        "\(server.tcp.retransmits) segments sent again, \(server.tcp.timeouts) timeouts,"
          + " \(server.tcp.listenOverflows) refused by a full backlog on its machine"),
    ]
  }

  private var ending: [String] {
    let errors = FailureKind.allCases.map {
      "\($0.rawValue) \(report.counts.errors[$0.rawValue] ?? 0)"
    }
    return [row("errors", errors.joined(separator: ", "))]
      + report.warnings.map { row("warning", $0) }
  }

  private func row(_ name: String, _ text: String) -> String { name.padded(to: 13) + text }

  private func microseconds(_ nanoseconds: Double) -> String { fixed(nanoseconds / 1000, 1) }
}

extension MergeReport {
  /// ` over the network`
  var way: String {
    target.isRemote == true ? ", over the network" : ", on the clients' machine"
  }

  /// `2 of 3`
  var found: String {
    shards.expected.map { "\(shards.found) of \($0)" } ?? "\(shards.found)"
  }

  /// Of what all windows have in common.
  var windowText: String {
    let common = Double(window.end - window.start) / 1e9
    return "\(fixed(Double(window.duration) / 1e9, 2)) s each, \(fixed(common, 3)) s in common from"
      + " \(Moment(unixNanoseconds: window.start)) on, \(fixed(Double(window.skew) / 1e6, 2)) ms apart,"
      + " with \(fixed(Double(window.margin) / 1e6, 0)) ms of load around them"
  }
}
