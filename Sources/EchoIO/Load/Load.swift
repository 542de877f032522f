/// What a client puts on a server: the same value on the command line, in suite files, scenarios,
/// comparisons and reports. Two loads are the same when these values are equal.
///
/// How long it lasts and where it goes is not part of it (``Workload``). What there is to know of
/// each member stands in ``LoadAxis/all``.
public struct Load: Codable, Hashable, Sendable {
  /// How the client itself does its I/O.
  public var engine: Engine
  /// Client threads.
  public var workers: Int
  /// Connections, shared out evenly among the workers.
  public var connections: Int
  /// Of each message.
  public var size: ByteCount
  public var verification: Verification

  enum CodingKeys: String, CodingKey {
    case engine, workers, connections
    case size = "size_bytes"
    case verification = "verify"
  }

  /// - Parameters:
  ///   - connections: nil for one per worker.
  ///   - engine: nil for blocking while there are as many connections as workers, else event.
  public init(
    engine: Engine? = nil, workers: Int = 5, connections: Int? = nil,
    size: ByteCount = ByteCount(1000), verification: Verification = .full
  ) {
    self.workers = workers
    self.connections = connections ?? workers
    self.size = size
    self.verification = verification
    self.engine = engine ?? (self.connections == workers ? .blocking : .event)
  }

  /// The same, with every byte compared.
  public var verified: Load {
    var load = self
    load.verification = .full
    return load
  }
}

/// How the client itself does its I/O. The ranking of servers depends on it.
public enum Engine: String, CaseIterable, Codable, Sendable {
  /// A thread per connection, writing and then reading: the blog's client.
  case blocking
  /// Each worker drives its share of the connections through epoll(7).
  case event
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
