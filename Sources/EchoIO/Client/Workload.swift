/// What the client does: how many messages of which size, over how many connections, for how
/// long, and how closely it looks at what comes back.
public struct Workload: Equatable, Sendable {
  public var address: Address
  /// Client threads.
  public var workers: Int
  /// Connections, shared out evenly among the workers.
  public var connections: Int
  public var size: ByteCount
  public var engine: Engine
  public var stopRule: StopRule
  /// Load before the measured window: connections, caches and the scheduler settle.
  public var warmup: TimeSpan
  /// The longest a connection may make no progress.
  public var timeout: TimeSpan
  public var verification: Verification
  /// Decides the content of every message.
  public var seed: UInt64

  public init(
    address: Address = .standard, workers: Int = 5, connections: Int? = nil,
    size: ByteCount = ByteCount(1000), engine: Engine? = nil,
    stopRule: StopRule = .duration(.seconds(5)), warmup: TimeSpan = .seconds(1),
    timeout: TimeSpan = .seconds(5), verification: Verification = .full, seed: UInt64 = 1
  ) {
    self.address = address
    self.workers = workers
    self.connections = connections ?? workers
    self.size = size
    self.engine = engine ?? (self.connections == workers ? .blocking : .event)
    self.stopRule = stopRule
    self.warmup = warmup
    self.timeout = timeout
    self.verification = verification
    self.seed = seed
  }
}

/// How the client itself does its I/O. The ranking of servers depends on it.
public enum Engine: String, CaseIterable, Codable, Sendable {
  /// A thread per connection, writing and then reading: the blog's client.
  case blocking
  /// Each worker drives its share of the connections through epoll(7).
  case event
}

/// When the measured window ends.
public enum StopRule: Equatable, Sendable {
  case duration(TimeSpan)
  /// So many messages per worker.
  case messages(Int)
}

/// What is checked of a reply.
public enum Verification: String, CaseIterable, Codable, Sendable {
  /// Every byte, and that nothing comes after the last one.
  case full
  /// The number of bytes, and that nothing comes after the last one.
  case length
  /// Any bytes are taken as the reply, as the blog's client did; the result says so.
  case off
}
