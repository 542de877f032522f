@testable import EchoIO
@testable import EchoSuite

/// The figures of a client that never ran.
struct SimulatedLoad {
  var messagesPerSecond = 10_000.0
  /// Per message.
  var serverCPUNanoseconds = 8_000.0
  var clientCPUNanoseconds = 6_000.0
  /// Shares of the machine's CPU time.
  var stolen = 0.0
  var foreign = 0.0
  var served: Int?
  /// Bytes that came back per byte sent.
  var bytesBack = 1.0
  /// Bytes after the half-close.
  var bytesDrained: UInt64?
  /// At the end of an open loop's window, how late the first message was that had not been sent.
  var behindNanoseconds: UInt64 = 0
  /// Why it is invalid; empty when it is valid.
  var invalidReasons: [String] = []
}

extension ClientReport {
  /// A report as a client gives it of a window of a tenth of a second on two CPUs.
  static func simulated(
    _ scenario: Scenario, _ load: SimulatedLoad = SimulatedLoad()
  ) -> ClientReport {
    let workload = Workload(load: scenario.load, warmup: .milliseconds(20), seed: 1)
    var report = ClientReport(workload)
    report.build = "release"
    report.window = WindowReport(
      startUnix: 1_767_323_045_000_000_000, duration: 100_000_000, warmup: 20_000_000)
    report.invalidReasons = load.invalidReasons
    report.valid = load.invalidReasons.isEmpty
    let messages = UInt64(load.messagesPerSecond / 10)
    report.fill(messages: messages, size: UInt64(scenario.load.size.bytes), load)
    let busy = Double(messages) * (load.serverCPUNanoseconds + load.clientCPUNanoseconds)
    report.machine = MachineUsage(total: 200_000_000, own: UInt64(busy), load)
    return report
  }

  private mutating func fill(messages: UInt64, size: UInt64, _ load: SimulatedLoad) {
    counts.sent = messages
    counts.completed = messages
    counts.bytesSent = messages * size
    counts.bytesReceived = messages * size
    lifetime = Lifetime(
      bytesSent: messages * size,
      bytesReceived: UInt64(Double(messages * size) * load.bytesBack) + (load.bytesDrained ?? 0),
      bytesDrained: load.bytesDrained)
    let connectionCount = UInt64(workload.load.connections)
    connections.served = load.served ?? workload.load.connections
    connections.slowestMessages = messages / connectionCount
    connections.fastestMessages = messages - messages / connectionCount * (connectionCount - 1)
    connections.fairness = Double(connections.served) / Double(connections.total)
    let clientNanoseconds = UInt64(Double(messages) * load.clientCPUNanoseconds)
    cpu = CPUTime(userNanoseconds: clientNanoseconds / 4, systemNanoseconds: clientNanoseconds)
    cpu.systemNanoseconds -= clientNanoseconds / 4
    client = .simulated(clientNanoseconds, switches: messages, processes: 1, threads: 6)
    server = .simulated(
      UInt64(Double(messages) * load.serverCPUNanoseconds), switches: messages * 2, processes: 1,
      threads: 9)
    serverMemory = ServerMemory(
      before: 1 << 20, with: 1 << 20 + 512 * UInt64(workload.load.allConnections))
    guard valid else { return }
    throughput.messagesPerSecond = load.messagesPerSecond
    throughput.bytesPerSecond = load.messagesPerSecond * Double(size)
    let roundTrip = 1e9 / load.messagesPerSecond
    latency.min = UInt64(roundTrip / 2)
    latency.mean = roundTrip
    latency.max = UInt64(roundTrip * 9)
    latency.percentiles = [
      "50": UInt64(roundTrip), "90": UInt64(roundTrip * 1.5), "99": UInt64(roundTrip * 3),
      "99.9": nil,
    ]
    latency.hdrV2 = "HISTsimulated"
    fillOpenLoop(load)
  }
}

extension ClientReport {
  /// The service takes half of the response; messages are sent when they are due.
  fileprivate mutating func fillOpenLoop(_ load: SimulatedLoad) {
    guard let rate = workload.load.rate else { return }
    latency.kind = LatencyKind.responseTime.rawValue
    var service = latency
    service.kind = LatencyKind.serviceTime.rawValue
    service.percentiles = latency.percentiles.mapValues { $0.map { $0 / 2 } }
    self.service = service
    var lag = latency
    lag.kind = LatencyKind.sendLag.rawValue
    let backlog = Backlog(
      messages: load.behindNanoseconds == 0 ? 0 : 1, behind: load.behindNanoseconds)
    schedule = Schedule(
      offered: Double(rate), achieved: load.messagesPerSecond, backlog, sendLag: lag)
  }
}

extension ProcessUsage {
  static func simulated(
    _ nanoseconds: UInt64, switches: UInt64, processes: Int, threads: Int
  ) -> ProcessUsage {
    ProcessUsage(
      cpuNanoseconds: nanoseconds, userNanoseconds: nanoseconds / 4,
      systemNanoseconds: nanoseconds - nanoseconds / 4, busiestThreadNanoseconds: nanoseconds / 2,
      runnableThreadNanoseconds: nanoseconds / 2,
      voluntarySwitches: switches, involuntarySwitches: switches / 10,
      peakResidentBytes: 12 << 20, processes: processes, threads: threads)
  }
}

extension MachineUsage {
  /// What is neither used by the two processes nor by others is idle.
  fileprivate init(total: UInt64, own: UInt64, _ load: SimulatedLoad) {
    let stolen = UInt64(Double(total) * load.stolen)
    let busy = own + UInt64(Double(total) * load.foreign)
    self.init(busy: busy, idle: total - min(total, busy + stolen), stolen: stolen)
  }
}
