// Parts of the window, by time and by size.

extension ClientReport {
  public struct Interval: Codable, Equatable, Sendable {
    /// Since the window began.
    public var start: UInt64
    public var duration: UInt64
    /// Messages that came back in it.
    public var completed: UInt64
    @ExplicitNull public var messagesPerSecond: Double?
    /// Connections that broke in it.
    public var errors: Int
    public var latency: Latency
    /// In an open loop, from the moment a message was sent; absent in a closed one.
    public var service: Latency?
    /// Of connections that took the place of others; absent where none is to.
    public var connects: Latency?

    enum CodingKeys: String, CodingKey {
      case completed, errors, latency, service, connects
      case start = "start_ns"
      case duration = "duration_ns"
      case messagesPerSecond = "messages_per_second"
    }
  }

  public struct OfSize: Codable, Equatable, Sendable {
    /// Bytes of the shortest and of the longest that may be among them.
    public var from: Int
    public var to: Int
    public var completed: UInt64
    public var latency: Latency

    enum CodingKeys: String, CodingKey {
      case completed, latency
      case from = "from_bytes"
      case to = "to_bytes"
    }
  }
}
