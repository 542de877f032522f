/// What a server did, from its start to its end: counted in the loops, and a document as it is.
public struct ServerCounters: Codable, Equatable, Sendable {
  public var connections: UInt64 = 0
  public var bytesIn: UInt64 = 0
  public var bytesOut: UInt64 = 0
  /// What the loops count in; `reads` and `writes` for everybody else.
  var readCalls = CallCount()
  var writeCalls = CallCount()

  public init() {}

  enum CodingKeys: String, CodingKey {
    case connections
    case bytesIn = "bytes_in"
    case bytesOut = "bytes_out"
    case readCalls = "reads"
    case writeCalls = "writes"
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

  static func += (left: inout ServerCounters, right: ServerCounters) {
    left.connections += right.connections
    left.bytesIn += right.bytesIn
    left.bytesOut += right.bytesOut
    left.readCalls += right.readCalls
    left.writeCalls += right.writeCalls
  }
}
