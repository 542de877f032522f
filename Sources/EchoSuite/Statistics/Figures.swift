internal import EchoIO

/// What the rounds of a scenario measured, per round and as estimates.
struct Figures: Codable, Equatable, Sendable {
  /// Rounds that are in.
  let rounds: Int
  let messagesPerSecond: Estimate
  let bytesPerSecond: Estimate
  /// Medians over the rounds, in nanoseconds; nil where a round had too few samples.
  let p50: Double?
  let p99: Double?
  /// User and system time of the whole server per message, in nanoseconds.
  let serverCPU: Estimate?
  let clientCPU: Estimate
  /// Context switches of the server per message.
  let voluntarySwitches: Double?
  let involuntarySwitches: Double?
  /// Reads and writes of a backend per message, over its whole life; nil for a command, and where a
  /// round has none.
  let reads: Double?
  let writes: Double?
  /// Of the last round.
  let serverProcesses: Int?
  let serverThreads: Int?
  let serverPeakBytes: UInt64?
  let bottleneck: Bottleneck?
  /// In the round that served fewest.
  let served: Int
  let connections: Int
  /// Over all rounds.
  let slowestMessages: UInt64
  let fastestMessages: UInt64
  /// By round, for pairing.
  let messagesPerSecondByRound: [Int: Double]
  let serverCPUByRound: [Int: Double]

  enum CodingKeys: String, CodingKey {
    case rounds, bottleneck, served, connections
    case messagesPerSecond = "messages_per_second"
    case bytesPerSecond = "bytes_per_second"
    case p50 = "p50_ns"
    case p99 = "p99_ns"
    case serverCPU = "server_cpu_ns_per_message"
    case clientCPU = "client_cpu_ns_per_message"
    case voluntarySwitches = "voluntary_switches_per_message"
    case involuntarySwitches = "involuntary_switches_per_message"
    case reads = "server_reads_per_message"
    case writes = "server_writes_per_message"
    case serverProcesses = "server_processes"
    case serverThreads = "server_threads"
    case serverPeakBytes = "server_peak_resident_bytes"
    case slowestMessages = "slowest_messages"
    case fastestMessages = "fastest_messages"
    case messagesPerSecondByRound = "messages_per_second_by_round"
    case serverCPUByRound = "server_cpu_ns_per_message_by_round"
  }

  /// - Parameters:
  ///   - reports: the valid report of each round; nil is returned for none.
  ///   - servers: what backends counted in these rounds.
  init?(_ reports: [Int: ClientReport], _ servers: [Int: ServerStopped] = [:]) {
    let ordered = reports.sorted { $0.key < $1.key }.map(\.value)
    let rates = reports.compactMapValues(\.throughput.messagesPerSecond)
    guard let last = ordered.last, let messages = Estimate(rates.values),
      let bytes = Estimate(ordered.compactMap(\.throughput.bytesPerSecond)),
      let clientCPU = Estimate(ordered.map { $0.cpuNanoseconds / $0.messages })
    else { return nil }
    rounds = ordered.count
    messagesPerSecond = messages
    messagesPerSecondByRound = rates
    bytesPerSecond = bytes
    self.clientCPU = clientCPU
    p50 = Self.median(ordered, "50")
    p99 = Self.median(ordered, "99")
    serverCPUByRound = reports.compactMapValues { report in
      report.server.map { Double($0.cpuNanoseconds) / report.messages }
    }
    serverCPU = Estimate(serverCPUByRound.values)
    voluntarySwitches = Self.perMessage(ordered, \.voluntarySwitches)
    involuntarySwitches = Self.perMessage(ordered, \.involuntarySwitches)
    reads = Self.perMessage(reports, servers, \.reads)
    writes = Self.perMessage(reports, servers, \.writes)
    serverProcesses = last.server?.processes
    serverThreads = last.server?.threads
    serverPeakBytes = ordered.compactMap { $0.server?.peakResidentBytes }.max()
    bottleneck = Self.bottleneck(ordered)
    served = ordered.map(\.connections.served).min() ?? 0
    connections = last.connections.total
    slowestMessages = ordered.map(\.connections.slowestMessages).min() ?? 0
    fastestMessages = ordered.map(\.connections.fastestMessages).max() ?? 0
  }

  private static func median(_ reports: [ClientReport], _ percentile: String) -> Double? {
    let values = reports.compactMap { $0.latency.percentiles[percentile] ?? nil }.map { Double($0) }
    return values.count == reports.count ? Sample(values)?.median : nil
  }

  private static func perMessage(
    _ reports: [ClientReport], _ count: KeyPath<ProcessUsage, UInt64>
  ) -> Double? {
    Sample(
      reports.compactMap { report in
        report.server.map { Double($0[keyPath: count]) / report.messages }
      })?.median
  }

  /// A backend's counters are of its whole life, and so are the bytes that are divided by.
  private static func perMessage(
    _ reports: [Int: ClientReport], _ servers: [Int: ServerStopped],
    _ count: KeyPath<ServerCounters, UInt64?>
  ) -> Double? {
    let ratios = reports.compactMap { round, report -> Double? in
      guard let count = servers[round]?.counters[keyPath: count], report.lifetime.bytesSent > 0
      else { return nil }
      let messages = Double(report.lifetime.bytesSent) / Double(report.workload.load.size.bytes)
      return Double(count) / messages
    }
    return ratios.count == reports.count ? Sample(ratios)?.median : nil
  }

  /// From the medians of the shares over the rounds.
  private static func bottleneck(_ reports: [ClientReport]) -> Bottleneck? {
    func share(_ value: (ClientReport) -> Double?) -> Double? {
      Sample(reports.compactMap(value))?.median
    }
    guard
      let idle = share({ report in
        report.machine.map { Double($0.idle) / max(1, $0.total) }
      }),
      let server = share({ report in
        report.server.map { Double($0.busiestThreadNanoseconds) / Double(report.window.duration) }
      }),
      let client = share({ report in
        report.client.map { Double($0.busiestThreadNanoseconds) / Double(report.window.duration) }
      })
    else { return nil }
    return Bottleneck(idle: idle, serverBusiest: server, clientBusiest: client)
  }
}

extension ClientReport {
  /// Messages to divide by.
  fileprivate var messages: Double { Double(max(1, counts.completed)) }

  /// Of the client.
  fileprivate var cpuNanoseconds: Double {
    Double(cpu.userNanoseconds) + Double(cpu.systemNanoseconds)
  }
}
