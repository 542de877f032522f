/// Numbers of either sign as ZigZag LEB128-64b9B: ZigZag maps small ones of either sign to small
/// unsigned ones, LEB128 writes 7 bits a byte, lowest first. The ninth byte of the 64b9B variant
/// carries 8, so that no number takes a tenth.
///
/// Source: HdrHistogram's `ZigZagEncoding`.
enum ZigZag {
  static let longest = 9

  static func append(_ value: Int64, to bytes: inout [UInt8]) {
    var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
    for _ in 1..<longest {
      guard rest >= 0x80 else { break }
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  static func read(_ bytes: inout ByteReader) throws(HistogramError) -> Int64 {
    var value: UInt64 = 0
    for position in 0..<longest {
      let byte: UInt8 = try bytes.number()
      let isLast = position == longest - 1 || byte < 0x80
      value |= UInt64(position == longest - 1 ? byte : byte & 0x7f) << UInt64(7 * position)
      if isLast { break }
    }
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }
}
