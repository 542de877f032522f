/// What a server did, from its start to its end.
public struct ServerCounters: Equatable, Sendable {
  public var connections: UInt64 = 0
  public var bytesIn: UInt64 = 0
  public var bytesOut: UInt64 = 0
  /// Reads that were made: those that gave bytes, the end of a stream, or nothing.
  public var reads: UInt64 = 0
  /// Writes that were made, the partial and the refused ones too.
  public var writes: UInt64 = 0

  public init() {}

  static func += (left: inout ServerCounters, right: ServerCounters) {
    left.connections += right.connections
    left.bytesIn += right.bytesIn
    left.bytesOut += right.bytesOut
    left.reads += right.reads
    left.writes += right.writes
  }
}
