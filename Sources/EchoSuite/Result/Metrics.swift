internal import EchoIO

extension Metric {
  /// Every figure there is, in the order of the columns of each group.
  static let all: [Metric] = [
    messagesPerSecond, bytesPerSecond, rateThatHolds, rateKept, behind, p50, p99, p999, serviceP50,
    serviceP99, serverCPU, clientCPU, serverUser, serverSystem, serverProcesses, serverThreads,
    serverPeakMemory, reads, writes,
    voluntarySwitches, involuntarySwitches,
    machineIdle, serverBusiest, clientBusiest, fairness, serverMemoryPerConnection,
  ]

  /// The first figure: what is in its column where there is none.
  static var headline: Metric { messagesPerSecond }

  static let messagesPerSecond = Metric(
    "messages_per_second", "Messages/s", unit: "1/s", .throughput, better: .higher, digits: 0,
    inTables: .all, comparedAs: "Messages/s", clientsComparedAs: "Messages/s",
    comparedIn: .closed,
    value: { $0.isEmpty ? 0 : $0.client?.throughput.messagesPerSecond })

  /// Payload one way.
  static let bytesPerSecond = Metric(
    "bytes_per_second", "MB/s", unit: "bytes/s", .throughput, better: .higher, per: ByteCount.perMB,
    digits: 2, inTables: .all,
    value: { $0.isEmpty ? 0 : $0.client?.throughput.bytesPerSecond })

  /// The highest rate at which the load's condition holds: 0 in a round in which none was confirmed.
  static let rateThatHolds = Metric(
    "rate_that_holds", "Rate that holds", unit: "1/s", .throughput, better: .higher, digits: 0,
    inTables: .ofSearches, comparedAs: "Rate that holds", comparedIn: .searched,
    value: { $0.search.map { Double($0.rate ?? 0) } })

  /// Of the rate of an open loop, what was achieved.
  static let rateKept = Metric(
    "rate_kept_share", "Rate kept", unit: "1", .throughput, better: .higher, digits: 3,
    rawDigits: 4, inTables: .ofOpenLoops, overRounds: .median,
    value: { measurement in
      guard let client = measurement.client, let rate = client.workload.load.rate else {
        return nil
      }
      let achieved = measurement.isEmpty ? 0 : client.throughput.messagesPerSecond
      return achieved.map { $0 / Double(rate) }
    })

  /// For how long the first message had been due at the end that was not sent.
  static let behind = Metric(
    "behind_ns", "Behind ms", unit: "ns", .throughput, better: .lower, per: 1e6, digits: 1,
    rawDigits: 0, overRounds: .median,
    value: { $0.client?.schedule.map { Double($0.behind) } })

  static let p50 = percentile("50", .estimated, compared: true)
  static let p99 = percentile("99", .median, compared: true)
  static let p999 = percentile("99.9", .median, inTables: .ofOpenLoops)
  static let serviceP50 = service("50", .estimated)
  static let serviceP99 = service("99", .median)

  /// User and system time of the whole server.
  static let serverCPU = Metric(
    "server_cpu_ns_per_message", "Server CPU µs/msg", unit: "ns", .cost, better: .lower, per: 1000,
    digits: 2, inTables: .all, comparedAs: "server CPU",
    value: { $0.serverCPUPerMessage })

  static let clientCPU = Metric(
    "client_cpu_ns_per_message", "Client CPU µs/msg", unit: "ns", .cost, better: .lower, per: 1000,
    digits: 2, inTables: .all, clientsComparedAs: "client CPU",
    value: { $0.clientCPUPerMessage })

  /// In the server's own code, and in the kernel on its behalf: as parts of each other, since ``serverCPU``
  /// is read from a finer clock.
  static let serverUser = serverTime("user") { $0.perMessage(ofServer: \.userNanoseconds) }
  static let serverSystem = serverTime("system") { $0.perMessage(ofServer: \.systemNanoseconds) }

  static let serverProcesses = Metric(
    "server_processes", "Server processes", unit: "1", .server, digits: 0, rawDigits: 0,
    overRounds: .last,
    value: { $0.client?.server.map { Double($0.processes) } })

  static let serverThreads = Metric(
    "server_threads", "Server threads", unit: "1", .server, digits: 0, rawDigits: 0,
    overRounds: .last,
    value: { $0.client?.server.map { Double($0.threads) } })

  static let serverPeakMemory = Metric(
    "server_peak_resident_bytes", "Server memory MiB", unit: "bytes", .server, better: .lower,
    per: ByteCount.perMB, digits: 1, rawDigits: 0, overRounds: .most,
    value: { $0.client?.server.map { Double($0.peakResidentBytes) } })

  /// Jain's index over the messages of each connection.
  static let fairness = Metric(
    "fairness", "Fairness", unit: "1", .server, better: .higher, digits: 2, rawDigits: 4,
    inTables: .ofConnections, overRounds: .median,
    value: { $0.connections?.fairness })

  /// What came with the connections. Of a few it would be what comes once: a buffer, code that
  /// allocates when it is first run.
  static let serverMemoryPerConnection = Metric(
    "server_bytes_per_connection", "Server KiB/connection", unit: "bytes", .server, better: .lower,
    per: 1024, digits: 2, rawDigits: 0, inTables: .ofConnections, overRounds: .median,
    value: { measurement in
      guard let memory = measurement.client?.serverMemory,
        let connections = measurement.client?.workload.load.allConnections, connections >= 100
      else { return nil }
      return Double(memory.with - min(memory.with, memory.before)) / Double(connections)
    })

  static let reads = Metric(
    "server_reads_per_message", "Server reads/msg", unit: "1", .server, better: .lower, digits: 2,
    rawDigits: 3, needsEveryRound: true, overRounds: .median,
    value: { $0.perMessage(ofBackend: \.reads) })

  static let writes = Metric(
    "server_writes_per_message", "Server writes/msg", unit: "1", .server, better: .lower,
    digits: 2, rawDigits: 3, needsEveryRound: true, overRounds: .median,
    value: { $0.perMessage(ofBackend: \.writes) })

  static let voluntarySwitches = Metric(
    "voluntary_switches_per_message", "Voluntary switches/msg", unit: "1", .server, better: .lower,
    digits: 2, rawDigits: 3,
    overRounds: .median,
    value: { $0.perMessage(ofServer: \.voluntarySwitches) })

  static let involuntarySwitches = Metric(
    "involuntary_switches_per_message", "Involuntary switches/msg", unit: "1", .server,
    better: .lower, digits: 2, rawDigits: 3,
    overRounds: .median,
    value: { $0.perMessage(ofServer: \.involuntarySwitches) })

  /// Of all CPU time of the machine in the window, what nobody used; of hosts, of the one that had least.
  static let machineIdle = share("machine_idle_share", "Machine idle") { measurement in
    guard let hosts = measurement.hosts else { return measurement.client?.machine?.idleShare }
    return extreme(hosts.map { $0.machine?.idleShare }) { $0.min() }
  }

  static let serverBusiest = share("server_busiest_thread_share", "Server's busiest thread") {
    $0.client.flatMap { $0.busiestThread(of: $0.server) }
  }

  /// Of several client hosts, of the one where it is busiest.
  static let clientBusiest = share("client_busiest_thread_share", "Client's busiest thread") {
    measurement in
    guard let hosts = measurement.hosts else {
      return measurement.client.flatMap { $0.busiestThread(of: $0.client) }
    }
    return extreme(hosts.filter { $0.client != nil }.map(\.busiestThread)) { $0.max() }
  }

  /// Nil where one of the values is not known: it might be the one.
  private static func extreme(_ values: [Double?], _ choose: ([Double]) -> Double?) -> Double? {
    let known = values.compactMap(\.self)
    return known.count == values.count ? choose(known) : nil
  }

  /// From ticks of 10 ms, of which a window has a few.
  private static func serverTime(
    _ name: String, value: @escaping @Sendable (Measurement) -> Double?
  ) -> Metric {
    Metric(
      "server_\(name)_ns_per_message", "Server \(name) µs/msg", unit: "ns", .cost, better: .lower,
      per: 1000, digits: 2, overRounds: .mean, value: value)
  }

  private static func share(
    _ key: Key, _ title: String, value: @escaping @Sendable (Measurement) -> Double?
  ) -> Metric {
    Metric(
      key, title, unit: "1", .utilisation, digits: 2, rawDigits: 3, overRounds: .share,
      value: value)
  }

  /// A round trip's, in an open loop from when a message was due. Of the rounds that have enough samples
  /// for it the rest would be the fast ones, so every round is needed.
  private static func percentile(
    _ name: String, _ overRounds: OverRounds, inTables: Place = .all, compared: Bool = false
  ) -> Metric {
    Metric(
      "p\(name)_ns", "p\(name) µs", unit: "ns", .cost, better: .lower, per: 1000, digits: 1,
      inTables: inTables, comparedAs: compared ? "p\(name)" : nil,
      clientsComparedAs: compared ? "p\(name)" : nil, comparedIn: .open, needsEveryRound: true,
      overRounds: overRounds,
      value: { $0.client?.latency.percentiles[name]?.map { Double($0) } })
  }

  /// In an open loop, from when a message was sent.
  private static func service(_ name: String, _ overRounds: OverRounds) -> Metric {
    Metric(
      "service_p\(name)_ns", "Service p\(name) µs", unit: "ns", .cost, better: .lower, per: 1000,
      digits: 1, inTables: .ofOpenLoops, needsEveryRound: true, overRounds: overRounds,
      value: { $0.client?.service?.percentiles[name]?.map { Double($0) } })
  }
}

extension Measurement {
  fileprivate var serverCPUPerMessage: Double? {
    guard let foreign else { return perMessage(ofServer: \.cpuNanoseconds) }
    return perMessage(foreign.serverCPUNanoseconds)
  }

  /// Of its workers; of a client that tells its own figures, all that it tells or was read.
  /// That of several hosts stands with each.
  fileprivate var clientCPUPerMessage: Double? {
    if let hosts, hosts.count(where: { $0.client != nil }) > 1 { return nil }
    return perMessage(
      foreign.map(\.clientCPUNanoseconds) ?? client.map { Double($0.cpu.nanoseconds) })
  }

  private func perMessage(_ nanoseconds: Double?) -> Double? {
    guard let nanoseconds, let messages = client?.messages else { return nil }
    return nanoseconds / messages
  }

  /// What the server used or did in the window; nil when it was not read.
  fileprivate func perMessage(ofServer count: KeyPath<ProcessUsage, UInt64>) -> Double? {
    guard let client, let server = client.server, let messages = client.messages else { return nil }
    return Double(server[keyPath: count]) / messages
  }

  /// A backend's counters are of its whole life, and so are the bytes that are divided by; nil for
  /// a command, and where a backend does not know it.
  fileprivate func perMessage(
    ofBackend count: KeyPath<ServerCounters, UInt64?>
  ) -> Double? {
    guard let client, let count = server?.counters[keyPath: count], client.lifetime.bytesSent > 0
    else { return nil }
    let messages = Double(client.lifetime.bytesSent) / Double(client.workload.load.size.bytes)
    return Double(count) / messages
  }
}

extension ClientReport {
  /// Messages to divide by; nil when there were none.
  fileprivate var messages: Double? { counts.completed > 0 ? Double(counts.completed) : nil }

  /// Of the time between the readings, how much the busiest thread of a side was running or in line
  /// for a CPU.
  fileprivate func busiestThread(of usage: ProcessUsage?) -> Double? {
    usage?.busiestShare(of: window.usage ?? window.duration)
  }
}
