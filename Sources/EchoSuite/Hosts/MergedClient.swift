internal import EchoIO

extension ClientReport {
  /// The reports of several clients as that of one: the measurement of a trial.
  ///
  /// Counts and rates are sums, latencies those of one histogram. What is of one machine, as its idle time or
  /// a client's busiest thread, is left unknown: it stands with each host.
  /// - Parameters:
  ///   - reports: of which there is at least one.
  ///   - load: of all of them.
  ///   - usage: what the server's host read in the window.
  /// - Throws: `HistogramError`.
  init(
    merging reports: [ClientReport], _ merged: MergeReport, load: Load, seed: UInt64,
    usage: ServerWindow.Usage?
  ) throws(HistogramError) {
    let transport = reports[0].workload.load.transport
    self = reports[0]
    (valid, invalidReasons) = (merged.valid, merged.invalidReasons)
    unavailable = reports.contains { $0.unavailable == true } ? true : nil
    target = merged.target
    workload.load = load
    workload.load.transport = transport
    workload.seed = seed
    fleet = nil
    (counts, throughput) = (merged.counts, merged.throughput)
    let unfinished = reports.compactMap(\.counts.unfinished)
    counts.unfinished = unfinished.isEmpty ? nil : unfinished.reduce(0, &+)
    counts.oldestUnfinished = reports.compactMap(\.counts.oldestUnfinished).max()
    retransmits = merged.retransmits
    if reports.count > 1 {
      window.startUnix = merged.window.start
      (latency, service) = (merged.latency, merged.service)
      (blocks, connects) = (merged.blocks, merged.connects)
      (inFlight, intervals) = (nil, nil)
      sizes = merged.valid ? try Self.sizes(reports) : nil
      addUp(reports)
    }
    setUsage(usage, clients: reports.count)
  }

  private mutating func addUp(_ reports: [ClientReport]) {
    // Whatever stands in a report, adding it up must not trap.
    func sum<Value: FixedWidthInteger>(_ value: (ClientReport) -> Value) -> Value {
      reports.reduce(0) { $0 &+ value($1) }
    }
    lifetime.bytesSent = sum(\.lifetime.bytesSent)
    lifetime.bytesReceived = sum(\.lifetime.bytesReceived)
    lifetime.bytesDrained = sum { $0.lifetime.bytesDrained ?? 0 }
    lifetime.mostBackPerByteSent = reports.compactMap(\.lifetime.mostBackPerByteSent).max()
    cpu = CPUTime(
      userNanoseconds: sum(\.cpu.userNanoseconds), systemNanoseconds: sum(\.cpu.systemNanoseconds))
    connections.served = sum(\.connections.served)
    connections.total = sum(\.connections.total)
    connections.slowestMessages = reports.map(\.connections.slowestMessages).min() ?? 0
    connections.fastestMessages = reports.map(\.connections.fastestMessages).max() ?? 0
    // Each numbers its own.
    (connections.unserved, connections.slowest) = (nil, nil)
    connections.fairness = Self.fairness(reports)
    // As of one client: what is no measurement has neither, whether the first of several is one or not.
    guard valid else {
      (connections.made, schedule) = (nil, nil)
      return
    }
    connections.made = connections.made.map { _ in sum { $0.connections.made ?? 0 } }
    guard var schedule else { return }
    let schedules = reports.compactMap(\.schedule)
    schedule.offered = schedules.reduce(0) { $0 + $1.offered }
    schedule.achieved = schedules.reduce(0) { $0 + $1.achieved }
    schedule.unsent = schedules.reduce(0) { $0 &+ $1.unsent }
    schedule.behind = schedules.map(\.behind).max() ?? 0
    schedule.sendLag = Latency(LatencyHistogram(), .sendLag)
    self.schedule = schedule
  }

  /// The latencies of each size: all clients have the same sizes.
  private static func sizes(_ reports: [ClientReport]) throws(HistogramError) -> [OfSize]? {
    guard var sizes = reports[0].sizes else { return nil }
    let kind: LatencyKind = reports[0].workload.load.rate == nil ? .serviceTime : .responseTime
    for index in sizes.indices {
      var total = LatencyHistogram()
      for report in reports {
        if let size = report.sizes?[index] { try total.add(try size.latency.recorded()) }
      }
      sizes[index].completed = total.count
      sizes[index].latency = Latency(total, kind)
    }
    return sizes
  }

  /// Jain's index of all connections, out of those of each client's: the index, the sum and the number of shares
  /// give the sum of their squares.
  private static func fairness(_ reports: [ClientReport]) -> Double? {
    var (sum, squares, count) = (0.0, 0.0, 0.0)
    for report in reports {
      let (messages, connections) = (
        Double(report.counts.completed), Double(report.connections.total)
      )
      sum += messages
      count += connections
      guard messages > 0 else { continue }
      guard let index = report.connections.fairness, index > 0, connections > 0 else { return nil }
      squares += messages * messages / (connections * index)
    }
    return squares > 0 ? min(1, sum * sum / (count * squares)) : nil
  }

  /// What is known of the server comes from its own host, and covers the time between the readings there.
  private mutating func setUsage(_ usage: ServerWindow.Usage?, clients: Int) {
    machine = nil
    client = nil
    server = usage?.server
    serverMemory = usage?.memory
    window.usage = usage?.covered
    if server == nil { serverUnknown = usage?.unknown.map { legible($0) } }
    guard let server, server.cpuNanoseconds == 0, counts.completed >= 1000 else { return }
    self.server = nil
    serverUnknown = "the server used no CPU time while \(counts.completed) messages were answered"
  }
}
