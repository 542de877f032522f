public import EchoIO

/// What several clients have measured together, and what `echobench merge --format json` prints: schema
/// `echobench-merge/1`. Times are in nanoseconds, sizes in bytes, moments since 1970.
///
/// Counts are sums, the rate is the sum of the clients' rates, and percentiles are those of one histogram
/// that has every message. Nothing is a mean of what the clients found.
public struct MergeReport: Encodable, Equatable, Sendable {
  public let schema = "echobench-merge/1"
  /// Only if each client's report is.
  public let valid: Bool
  /// Each with the client whose it is.
  public let invalidReasons: [String]
  public let warnings: [String]
  public let version: String
  public let build: String
  public let target: ClientReport.Target
  /// As the first client has it, without what differs from one to the other.
  let workload: Workload
  let shards: Shards
  let window: Window
  public let counts: ClientReport.Counts
  public let throughput: ClientReport.Throughput
  public let latency: ClientReport.Latency
  /// Absent where the clients' reports have none.
  public let service: ClientReport.Latency?
  public let blocks: ClientReport.Latency?
  public let connects: ClientReport.Latency?
  /// Segments sent again; absent where a client does not know.
  public let retransmits: UInt64?
  let clients: [Client]
  let server: Server?

  enum CodingKeys: String, CodingKey {
    case schema, valid, warnings, version, build, target, workload, shards, window, counts
    case throughput, latency, service, blocks, connects, retransmits, clients, server
    case invalidReasons = "invalid_reasons"
  }

  struct Workload: Encodable, Equatable, Sendable {
    /// Of all clients.
    let connections: Int
    let size: String
    let engine: Engine
    let verify: Verification
    let pacing: String
    /// Messages per second of all clients in an open loop.
    let rate: Int?
    /// Most messages in flight on a connection, and messages written as one.
    let pipeline: Int
    let block: Int

    enum CodingKeys: String, CodingKey {
      case connections, size, engine, verify, pacing, pipeline, block
      case rate = "messages_per_second"
    }
  }

  struct Shards: Encodable, Equatable, Sendable {
    let found: Int
    /// Nil where nobody has said.
    @ExplicitNull var expected: Int?
  }

  /// What all windows have in common.
  struct Window: Encodable, Equatable, Sendable {
    let start: UInt64
    let end: UInt64
    /// Of each client's.
    let duration: UInt64
    /// From the first client's beginning to the last one's.
    let skew: UInt64
    /// The load before and after each window, whichever is shorter.
    let margin: UInt64

    enum CodingKeys: String, CodingKey {
      case start = "start_unix_ns"
      case end = "end_unix_ns"
      case duration = "duration_ns"
      case skew = "skew_ns"
      case margin = "guard_ns"
    }
  }

  struct Client: Encodable, Equatable, Sendable {
    let id: String
    let shard: Shard?
    let valid: Bool
    let seed: UInt64
    let start: UInt64
    let connections: Int
    let completed: UInt64
    @ExplicitNull var messagesPerSecond: Double?
    /// The percentiles that a table shows, of this client alone; absent where too few messages came back.
    let p50: UInt64?
    let p90: UInt64?
    let p99: UInt64?
    let p999: UInt64?
    let max: UInt64?
    let cpu: CPUTime
    /// Of its machine, 0 to 1; absent where it does not know.
    let idleShare: Double?
    let retransmits: UInt64?
    let clock: ClockState?

    enum CodingKeys: String, CodingKey {
      case id, shard, valid, seed, connections, completed, cpu, retransmits, clock
      case start = "start_unix_ns"
      case messagesPerSecond = "messages_per_second"
      case p50 = "p50_ns"
      case p90 = "p90_ns"
      case p99 = "p99_ns"
      case p999 = "p99.9_ns"
      case max = "max_ns"
      case idleShare = "machine_idle_share"
    }
  }

  struct Server: Encodable, Equatable, Sendable {
    let host: String
    let process: Int32
    let cpuNanoseconds: Double
    let cpus: Double
    let cpuNanosecondsPerMessage: Double?
    let machineBusyShare: Double?
    let softirqCPU: Int?
    let softirqShare: Double?
    let tcp: ServerReading.TCP

    enum CodingKeys: String, CodingKey {
      case host, process, cpus, tcp
      case cpuNanoseconds = "cpu_ns"
      case cpuNanosecondsPerMessage = "cpu_ns_per_message"
      case machineBusyShare = "machine_busy_share"
      case softirqCPU = "busiest_softirq_cpu"
      case softirqShare = "busiest_softirq_share"
    }
  }
}

extension MergeReport {
  public init(_ merge: Merge) {
    let shards = merge.shards
    let first = shards[0]
    valid = shards.allSatisfy(\.report.valid)
    invalidReasons = shards.flatMap { shard in
      shard.report.invalidReasons.map { "\(shard.fleet.id): \(legible($0))" }
    }
    version = legible(first.fleet.version)
    build = legible(first.report.build)
    target = ClientReport.Target(
      address: legible(first.report.target.address),
      isRemote: shards.contains { $0.report.target.isRemote == true } ? true : nil)
    workload = Workload(shards)
    let window = Window(shards)
    self.window = window
    self.shards = Shards(
      found: shards.count, expected: merge.expected ?? first.fleet.shard?.count)
    counts = Self.counts(shards)
    let isOpen = first.report.workload.load.rate != nil
    let all = valid ? merge.histograms : [:]
    latency = ClientReport.Latency(
      all[.latency] ?? LatencyHistogram(), isOpen ? .responseTime : .serviceTime)
    service = all[.service].map { ClientReport.Latency($0, .serviceTime) }
    blocks = all[.blocks].map { ClientReport.Latency($0, isOpen ? .responseTime : .serviceTime) }
    connects = all[.connects].map { ClientReport.Latency($0, .connectTime) }
    throughput = valid ? Self.throughput(shards) : ClientReport.Throughput()
    retransmits = shards.reduce(0) { sum, shard in
      sum.flatMap { sum in shard.report.retransmits.map { sum + $0 } }
    }
    clients = shards.map(Client.init)
    let server = MergeServer(merge.readings, from: window.start, to: window.end)
    let completed = valid ? counts.completed : 0
    self.server = server.map { Server($0, window, completed) }
    warnings = MergeWarning.all(of: merge, window, server).map { "\($0)" }
  }

  private static func counts(_ shards: [MergeShard]) -> ClientReport.Counts {
    var total = ClientReport.Counts()
    for counts in shards.map(\.report.counts) {
      total.sent += counts.sent
      total.completed += counts.completed
      total.bytesSent += counts.bytesSent
      total.bytesReceived += counts.bytesReceived
      for kind in FailureKind.allCases {
        total.errors[kind.rawValue, default: 0] += counts.errors[kind.rawValue] ?? 0
      }
    }
    return total
  }

  /// All windows are of one length.
  private static func throughput(_ shards: [MergeShard]) -> ClientReport.Throughput {
    var throughput = ClientReport.Throughput()
    throughput.messagesPerSecond = shards.reduce(0) { $0 + $1.rate }
    throughput.bytesPerSecond = shards.reduce(0) {
      $0 + Double($1.report.counts.bytesReceived) / (Double($1.report.window.duration) / 1e9)
    }
    return throughput
  }
}

extension MergeReport.Workload {
  fileprivate init(_ shards: [MergeShard]) {
    let load = shards[0].report.workload.load
    connections = shards.reduce(0) { $0 + $1.report.workload.load.connections }
    size = LoadAxis.size.argument(load)
    engine = load.engine
    verify = load.verification
    pacing = load.rate == nil ? "closed" : "open"
    rate =
      load.rate == nil ? nil : shards.reduce(0) { $0 + ($1.report.workload.load.rate ?? 0) }
    pipeline = load.depth
    block = load.messagesPerBlock
  }
}

extension MergeReport.Window {
  /// Of the clients whose reports are measurements, or of all where none is.
  fileprivate init(_ shards: [MergeShard]) {
    let valid = shards.filter(\.report.valid)
    let windows = valid.isEmpty ? shards : valid
    let starts = windows.map(\.report.window.startUnix)
    let first = starts.min() ?? 0
    start = starts.max() ?? 0
    end = max(start, windows.map(\.windowEnd).min() ?? 0)
    duration = windows[0].report.window.duration
    skew = start - first
    margin =
      windows.map { min($0.report.window.warmup, $0.report.window.cooldown ?? 0) }.min() ?? 0
  }
}

extension MergeReport.Client {
  fileprivate init(_ shard: MergeShard) {
    let report = shard.report
    id = shard.fleet.id
    self.shard = shard.fleet.shard
    valid = report.valid
    seed = report.workload.seed
    start = report.window.startUnix
    connections = report.workload.load.connections
    completed = report.counts.completed
    messagesPerSecond = report.valid ? shard.rate : nil
    let percentiles = report.latency.percentiles
    p50 = percentiles["50"] ?? nil
    p90 = percentiles["90"] ?? nil
    p99 = percentiles["99"] ?? nil
    p999 = percentiles["99.9"] ?? nil
    max = report.latency.max
    cpu = report.cpu
    idleShare = report.machine?.idleShare
    retransmits = report.retransmits
    clock = shard.fleet.clock
  }

  /// As ``ClientReport/percentiles`` calls them.
  var percentiles: [String: UInt64?] { ["50": p50, "90": p90, "99": p99, "99.9": p999] }

  var name: String { id + (shard.map { " (\($0))" } ?? "") }

  var cpuPerMessage: Double? {
    completed > 0 ? Double(cpu.nanoseconds) / Double(completed) : nil
  }
}

extension MergeReport.Server {
  fileprivate init(_ server: MergeServer, _ window: MergeReport.Window, _ completed: UInt64) {
    host = legible(server.host)
    process = server.process
    cpuNanoseconds = server.cpuNanoseconds
    cpus = server.cpus
    // Of as much time as each client's window has.
    let inWindow = server.cpus * Double(window.duration)
    cpuNanosecondsPerMessage = completed > 0 ? inWindow / Double(completed) : nil
    machineBusyShare = server.machineBusy
    softirqCPU = server.softirqCPU
    softirqShare = server.softirqShare
    tcp = server.tcp
  }
}

extension MachineUsage {
  /// Of all CPU time, the part that nobody used; nil where none was counted.
  var idleShare: Double? {
    let total = Double(busy) + Double(idle) + Double(stolen)
    return total > 0 ? Double(idle) / total : nil
  }
}
