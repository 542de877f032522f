/// What a run of the client came to, and what `client --format json` prints, whatever happened:
/// schema `echobench-client/1`.
///
/// Times are in nanoseconds, sizes in bytes. Message counts are those of the measured window;
/// `lifetime` has the bytes of the connections' whole life, warm-up and drain included. Error
/// counts are connections that broke in that way.
public struct ClientReport: Codable, Equatable, Sendable {
  public var schema = "echobench-client/1"
  public var valid = false
  public var partial = false
  public var invalidReasons: [String] = []
  /// Why the run could not take place; then nothing below was measured.
  @ExplicitNull public var error: String?
  /// True when that is because this machine, or the server, does not have as much as was asked for, or
  /// when nothing came back for such a reason; else absent.
  public var unavailable: Bool?
  public var build = isDebugBuild ? "debug" : "release"
  public var target: Target
  public var workload: WorkloadReport
  public var window: WindowReport
  public var counts = Counts()
  public var lifetime = Lifetime(bytesSent: 0, bytesReceived: 0, bytesDrained: 0)
  public var throughput = Throughput()
  public var latency = Latency()
  /// In an open loop: from the moment a message was sent. Absent in a closed one, where that is what
  /// `latency` is.
  public var service: Latency?
  /// Of blocks of several messages, to the last of them; absent where a block is a message.
  public var blocks: Latency?
  /// Of messages of each size, or of sizes between two powers of two; absent where all are of one.
  public var sizes: [OfSize]?
  /// Of connections that took the place of others, from connect(2) until they were made; absent where none
  /// is to.
  public var connects: Latency?
  /// Of an open loop: whether it was kept. Absent in a closed one.
  public var schedule: Schedule?
  /// Of a closed loop, as a check on the client itself; absent where there is nothing to check.
  public var inFlight: InFlight?
  /// The window once more, interval by interval; absent when nobody asked for it, or when there is no
  /// measurement.
  public var intervals: [Interval]?
  public var connections: Connections
  /// Of the client's workers.
  public var cpu = CPUTime(userNanoseconds: 0, systemNanoseconds: 0)
  @ExplicitNull public var client: ProcessUsage?
  @ExplicitNull public var server: ProcessUsage?
  /// Why there are no figures of the server that was to be observed, in a sentence.
  public var serverUnknown: String?
  /// Of the observed server; absent where its memory cannot be read.
  public var serverMemory: ServerMemory?
  @ExplicitNull public var machine: MachineUsage?
  /// How the kernel set the first connection, once it was made; absent where none was, and in reports
  /// of earlier versions. What was asked for is in the load.
  public var sockets: SocketState?
  /// Segments that the kernel sent again over the connections' whole life; absent where the server is of
  /// this machine, or where that is not known.
  public var retransmits: UInt64?
  /// Of a client that is one of several; absent of one by itself.
  public var fleet: Fleet?

  enum CodingKeys: String, CodingKey {
    case schema, valid, partial, error, unavailable, build, target, workload, window, counts
    case lifetime
    case throughput, latency, service, blocks, sizes, connects, schedule, intervals, connections,
      cpu,
      client
    case server, machine, sockets, retransmits, fleet
    case inFlight = "in_flight"
    case invalidReasons = "invalid_reasons"
    case serverUnknown = "server_unknown"
    case serverMemory = "server_memory"
  }

  public struct Target: Codable, Equatable, Sendable {
    public var address: String
    /// True when it is of another machine; else absent.
    public var isRemote: Bool?

    public init(address: String, isRemote: Bool? = nil) {
      self.address = address
      self.isRemote = isRemote
    }

    enum CodingKeys: String, CodingKey {
      case address
      case isRemote = "remote"
    }
  }

  public struct WindowReport: Codable, Equatable, Sendable {
    public var startUnix: UInt64 = 0
    public var duration: UInt64 = 0
    public var warmup: UInt64 = 0
    /// Load after the window; absent where there is none.
    public var cooldown: UInt64?
    /// The time that the figures of processes and the machine cover; absent in reports of earlier
    /// versions.
    public var usage: UInt64?
    /// What ended it: so many messages of each worker; nil when it was the time.
    public var messagesPerWorker: UInt64?

    enum CodingKeys: String, CodingKey {
      case startUnix = "start_unix_ns"
      case duration = "duration_ns"
      case warmup = "warmup_ns"
      case cooldown = "cooldown_ns"
      case usage = "usage_ns"
      case messagesPerWorker = "messages_per_worker"
    }
  }

  public struct Counts: Codable, Equatable, Sendable {
    /// Those completed, and those that were on their way when the window ended.
    public var sent: UInt64 = 0
    public var completed: UInt64 = 0
    /// Those on their way at the end of the window, and how long the oldest of them had been, in
    /// nanoseconds; absent in reports of earlier versions, and when there was none.
    public var unfinished: UInt64?
    public var oldestUnfinished: UInt64?
    public var bytesSent: UInt64 = 0
    public var bytesReceived: UInt64 = 0
    /// By the raw value of ``FailureKind``, the zeros too.
    public var errors = Dictionary(
      uniqueKeysWithValues: FailureKind.allCases.map { ($0.rawValue, 0) })

    public init() {}

    enum CodingKeys: String, CodingKey {
      case sent, completed, unfinished, errors
      case oldestUnfinished = "oldest_unfinished_ns"
      case bytesSent = "bytes_sent"
      case bytesReceived = "bytes_received"
    }
  }

  public struct Lifetime: Codable, Equatable, Sendable {
    public var bytesSent: UInt64
    public var bytesReceived: UInt64
    /// Of those received, the ones after the half-close; absent in reports of earlier versions.
    public var bytesDrained: UInt64?
    /// Bytes that came back up to the half-close ÷ bytes sent, of the connection where that is most;
    /// absent in reports of earlier versions, and where nothing was sent.
    public var mostBackPerByteSent: Double?

    /// Those received up to the half-close. How many a server that goes on sending has sent by the
    /// time it is cut off is up to the client.
    public var bytesBack: UInt64 { bytesReceived - min(bytesReceived, bytesDrained ?? 0) }

    /// What came back of a byte that was sent: 1 from a server that echoes. The first surplus ends a
    /// run before the other connections have shown theirs, so that it is of the one that showed most;
    /// nil where that is not known.
    public var bytesBackPerByteSent: Double? {
      if let mostBackPerByteSent { return mostBackPerByteSent }
      let endedEarly = bytesDrained == 0 && bytesBack > bytesSent
      return bytesSent == 0 || endedEarly ? nil : Double(bytesBack) / Double(bytesSent)
    }

    enum CodingKeys: String, CodingKey {
      case bytesSent = "bytes_sent"
      case bytesReceived = "bytes_received"
      case bytesDrained = "bytes_drained"
      case mostBackPerByteSent = "most_back_per_byte_sent"
    }
  }

  public struct Throughput: Codable, Equatable, Sendable {
    @ExplicitNull public var messagesPerSecond: Double?
    @ExplicitNull public var bytesPerSecond: Double?

    public init() {}

    enum CodingKeys: String, CodingKey {
      case messagesPerSecond = "messages_per_second"
      case bytesPerSecond = "bytes_per_second"
    }
  }

  public struct ServerMemory: Codable, Equatable, Sendable {
    /// Before the first connection is made, and at the end of the window with all of them open.
    public var before: UInt64
    public var with: UInt64

    enum CodingKeys: String, CodingKey {
      case before = "before_connections_bytes"
      case with = "with_connections_bytes"
    }
  }

  public struct Connections: Codable, Equatable, Sendable {
    /// Answered at least once before the window ended.
    public var served: Int
    public var total: Int
    /// The first ten of those that were not, by their numbers; nil in reports of earlier versions.
    public var unserved: [Int]?
    /// The number of the one with the fewest messages; nil in reports of earlier versions.
    public var slowest: Int?
    public var slowestMessages: UInt64 = 0
    public var fastestMessages: UInt64 = 0
    /// Jain's index over the messages of each; absent where there were none.
    public var fairness: Double?
    /// Of those that took the place of others, how many were made inside the window; absent where none is
    /// to.
    public var made: UInt64?

    enum CodingKeys: String, CodingKey {
      case served, total, unserved, fairness, made
      case slowest = "slowest_connection"
      case slowestMessages = "slowest_messages"
      case fastestMessages = "fastest_messages"
    }
  }
}

extension ClientReport {
  /// The percentiles that are reported.
  public static let percentiles = ["50", "90", "99", "99.9"]

  /// The report of a run of which nothing is known yet.
  public init(_ workload: Workload) {
    target = Target(address: "\(workload.address)")
    self.workload = WorkloadReport(load: workload.load, seed: workload.seed)
    if let transport = workload.address.transport { self.workload.load.transport = transport }
    connections = Connections(served: 0, total: workload.connections)
    window = WindowReport()
    latency = Latency(LatencyHistogram())
    fleet = workload.participant.map(Fleet.init)
    if case .messages(let count) = workload.stopRule { window.messagesPerWorker = UInt64(count) }
  }

  /// The report of a run that could not take place.
  public init(_ workload: Workload, error: SystemError) {
    self.init(workload)
    self.error = "\(error)"
    unavailable = error.isShortage ? true : nil
    if error.isFailedConnection { counts.errors[FailureKind.connect.rawValue] = 1 }
  }

  /// Once everything is counted: whether this is a measurement, and its figures only if it is one.
  mutating func conclude(
    _ failures: [Failure], _ histograms: Histograms, _ occupancy: Occupancy, _ backlog: Backlog
  ) {
    for failure in failures {
      counts.errors[failure.kind.rawValue, default: 0] += 1
      if !invalidReasons.contains(failure.reason) { invalidReasons.append(failure.reason) }
    }
    if failures.isEmpty, counts.completed == 0, !partial {
      let idle = workload.load.idle ?? 0
      let isHeldUp = idle > 0 && connections.served == 0
      invalidReasons.append(
        "no message came back within the window"
          + (isHeldUp
            ? ": \(plural(idle, "idle connection")) had been opened before, and a server that has a"
              + " thread for each that it serves may have had none left" : ""))
      if isHeldUp { unavailable = true }
    }
    if failures.isEmpty, workload.load.rate == nil, occupancy.expected > 0 {
      let inFlight = InFlight(occupancy, histograms, workload.load)
      self.inFlight = inFlight
      if let reason = inFlight.contradiction { invalidReasons.append(reason) }
    }
    valid = invalidReasons.isEmpty && counts.completed > 0
    guard valid else { return }
    let isOpen = workload.load.rate != nil
    latency = Latency(histograms.latency, isOpen ? .responseTime : .serviceTime)
    if isOpen { service = Latency(histograms.service, .serviceTime) }
    if workload.load.messagesPerBlock > 1 { blocks = Latency(histograms.block, latency.kind) }
    if let mix = workload.load.mix {
      sizes = zip(mix.classes, histograms.sizes).map {
        OfSize(
          from: $0.lowerBound, to: $0.upperBound, completed: $1.count,
          latency: Latency($1, latency.kind))
      }
    }
    if workload.load.reconnect != nil {
      connects = Latency(histograms.connect, .connectTime)
      connections.made = histograms.connect.count
    }
    guard window.duration > 0 else { return }
    let rate = Double(counts.completed) / (Double(window.duration) / 1e9)
    throughput.messagesPerSecond = rate
    throughput.bytesPerSecond = Double(counts.bytesReceived) / (Double(window.duration) / 1e9)
    if let offered = workload.load.rate {
      schedule = Schedule(
        offered: Double(offered), achieved: rate, backlog,
        sendLag: Latency(histograms.lag, .sendLag))
    }
  }
}
