/// What a server did, from its start to its end: counted in the loops, and a document as it is.
public struct ServerCounters: Codable, Equatable, Sendable {
  public var connections: UInt64 = 0
  public var bytesIn: UInt64 = 0
  public var bytesOut: UInt64 = 0
  /// What the loops count in; `reads` and `writes` for everybody else.
  var readCalls = CallCount()
  var writeCalls = CallCount()
  /// How evenly the connections were dealt to threads, loops or queues; nil where there is one of them,
  /// or no connection.
  public var perThread: Spread?

  /// The fewest and the most connections that one of them has had.
  public struct Spread: Codable, Equatable, Sendable {
    public let least: UInt64
    public let most: UInt64
  }

  public init() {}

  enum CodingKeys: String, CodingKey {
    case connections
    case bytesIn = "bytes_in"
    case bytesOut = "bytes_out"
    case readCalls = "reads"
    case writeCalls = "writes"
    case perThread = "connections_per_thread"
  }

  /// Reads that were made: those that gave bytes, the end of a stream, or nothing. nil where a
  /// library makes them and does not say how many.
  public var reads: UInt64? {
    get { readCalls.value }
    set { readCalls = CallCount(newValue) }
  }

  /// Writes that were made, the partial and the refused ones too; nil as with `reads`.
  public var writes: UInt64? {
    get { writeCalls.value }
    set { writeCalls = CallCount(newValue) }
  }

  /// What several threads, loops or queues did together.
  static func total(of parts: [ServerCounters]) -> ServerCounters {
    var total = parts.reduce(into: ServerCounters(), +=)
    let connections = parts.map(\.connections)
    if parts.count > 1, total.connections > 0 {
      total.perThread = Spread(least: connections.min()!, most: connections.max()!)
    }
    return total
  }

  static func += (left: inout ServerCounters, right: ServerCounters) {
    left.connections += right.connections
    left.bytesIn += right.bytesIn
    left.bytesOut += right.bytesOut
    left.readCalls += right.readCalls
    left.writeCalls += right.writeCalls
  }
}
