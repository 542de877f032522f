public import EchoIO

/// What `server --format json` prints once it accepts connections.
public struct ServerListening: Codable, Equatable, Sendable {
  public let schema: String
  public let event: String
  public let address: String
  public let backend: String
  public let threads: Int
  public let bufferBytes: Int
  public let pid: Int32
  public let build: String
  /// What was asked for of the sockets, and what the kernel made of it; absent where nothing was.
  public let socketsAsked: SocketOptions?
  public let sockets: SocketState?
  /// The limits that it was given; absent where there are none.
  public let maxConnections: Int?
  public let idleTimeout: UInt64?

  enum CodingKeys: String, CodingKey {
    case schema, event, address, backend, threads, pid, build, sockets
    case bufferBytes = "buffer_bytes"
    case socketsAsked = "sockets_asked"
    case maxConnections = "max_connections"
    case idleTimeout = "idle_timeout_ns"
  }

  /// - Parameter sockets: how the listener is set.
  public init(
    address: Address, backend: String, options: ServerOptions, sockets: SocketState, pid: Int32,
    build: BuildConfiguration
  ) {
    schema = "echobench-server/1"
    event = "listening"
    self.address = "\(address)"
    self.backend = backend
    threads = options.threads
    bufferBytes = options.bufferSize.bytes
    self.pid = pid
    self.build = build.rawValue
    let isAsked = options.sockets != .standard
    socketsAsked = isAsked ? options.sockets : nil
    self.sockets = isAsked ? sockets : nil
    maxConnections = options.admission?.most
    idleTimeout = options.admission?.idleTimeout?.nanoseconds
  }
}

/// What `server --format json` prints last.
public struct ServerStopped: Codable, Equatable, Sendable {
  public let schema: String
  public let event: String
  public let counters: ServerCounters
  public let cpu: CPUTime
  /// What its limits have done; absent where there are none.
  public let limits: Admission.Counters?

  public init(_ counters: ServerCounters, cpu: CPUTime, limits: Admission.Counters? = nil) {
    schema = "echobench-server/1"
    event = "stopped"
    self.counters = counters
    self.cpu = cpu
    self.limits = limits
  }
}

extension ServerStopped: CustomStringConvertible {
  /// The counters in one line for people.
  public var description: String {
    "\(counters.connections) connections, \(counters.bytesIn) bytes in, \(counters.bytesOut) bytes"
      + " out, \(known(counters.reads)) reads, \(known(counters.writes)) writes, CPU"
      + " \(seconds(cpu.userNanoseconds)) s user and \(seconds(cpu.systemNanoseconds)) s system"
      + perThread + limited
  }

  /// Whom its limits have kept away.
  private var limited: String {
    guard let limits else { return "" }
    return ", \(limits.turnedAway) turned away, \(limits.timedOut) timed out"
  }

  /// How they were dealt to several threads.
  private var perThread: String {
    guard let spread = counters.perThread else { return "" }
    return ", \(spread.least) to \(spread.most) connections per thread"
  }

  private func known(_ count: UInt64?) -> String {
    count.map { "\($0)" } ?? "unknown"
  }

  private func seconds(_ nanoseconds: UInt64) -> String {
    fixed(Double(nanoseconds) / 1e9, 3)
  }
}
