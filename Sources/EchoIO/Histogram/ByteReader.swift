/// Takes big-endian numbers from the front of some bytes.
struct ByteReader {
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: some Collection<UInt8>) {
    rest = Array(bytes)[...]
  }

  /// - Throws: `HistogramError.truncated` where the bytes end before the number does.
  mutating func number<Number: FixedWidthInteger>(
    _ type: Number.Type = Number.self
  ) throws(HistogramError) -> Number {
    let size = Number.bitWidth / 8
    guard rest.count >= size else { throw .truncated }
    defer { rest = rest.dropFirst(size) }
    return rest.prefix(size).reduce(0) { ($0 &<< 8) | Number(truncatingIfNeeded: $1) }
  }

  /// - Throws: unless exactly `count` bytes are left.
  func expect(_ count: Int) throws(HistogramError) {
    guard rest.count >= count else { throw .truncated }
    guard rest.count == count else { throw .surplus(bytes: rest.count - count) }
  }
}

/// The bytes of a number, the most significant first.
func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.bigEndian) { Array($0) }
}
