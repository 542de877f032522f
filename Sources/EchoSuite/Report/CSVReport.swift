internal import EchoIO

/// `report.csv`: a line per scenario, raw: bytes, nanoseconds, messages per second.
struct CSVReport {
  private let result: SuiteResult

  init(_ result: SuiteResult) {
    self.result = result
  }

  var text: String {
    let names = [
      "module", "buffer_bytes", "message_bytes", "messages_per_second", "bytes_per_second",
      "interval_lower", "interval_upper", "interval_coverage", "engine", "verify", "workers",
      "connections", "status", "rounds", "p50_ns", "p99_ns", "server_cpu_ns_per_message",
      "client_cpu_ns_per_message", "bottleneck", "served", "server_processes", "server_threads",
      "server_peak_resident_bytes", "server_reads_per_message", "server_writes_per_message",
      "voluntary_switches_per_message", "involuntary_switches_per_message", "server_cpus",
      "client_cpus", "disturbed_rounds", "reasons",
    ]
    var table = Table(names.map { .init($0) })
    for summary in result.summaries + result.unverified { table.append(cells(summary)) }
    return table.csv
  }

  private func cells(_ summary: Summary) -> [String] {
    let scenario = summary.scenario
    let figures = summary.figures
    let interval = figures?.messagesPerSecond.interval
    func text(_ value: Double?, _ digits: Int = 1) -> String {
      value.map { fixed($0, digits) } ?? ""
    }
    func text(_ value: (some BinaryInteger)?) -> String { value.map { "\($0)" } ?? "" }
    return [
      scenario.server.name, text(scenario.server.bufferBytes), "\(scenario.load.size.bytes)",
      text(figures?.messagesPerSecond.median), text(figures?.bytesPerSecond.median),
      text(interval?.lower), text(interval?.upper), text(interval?.coverage, 4),
      scenario.load.engine.rawValue, scenario.load.verification.rawValue,
      "\(scenario.load.workers)",
      "\(scenario.load.connections)", summary.status.rawValue, text(figures?.rounds),
      text(figures?.p50), text(figures?.p99), text(figures?.serverCPU?.median),
      text(figures?.clientCPU.median), figures?.bottleneck?.rawValue ?? "", text(figures?.served),
      text(figures?.serverProcesses), text(figures?.serverThreads), text(figures?.serverPeakBytes),
      text(figures?.reads, 3), text(figures?.writes, 3), text(figures?.voluntarySwitches, 3),
      text(figures?.involuntarySwitches, 3), scenario.server.cpus ?? "",
      scenario.clientCPUs ?? "", "\(summary.disturbedRounds)",
      summary.reasons.joined(separator: "; "),
    ]
  }
}
