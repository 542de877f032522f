extension LatencyHistogram {
  /// The counts in HdrHistogram's compressed V2 encoding, Base64: what its log files and readers
  /// in every language use.
  ///
  /// Source: HdrHistogram's `AbstractHistogram.encodeIntoCompressedByteBuffer` and
  /// `ZigZagEncoding`. The zlib stream (RFC 1950) inside uses stored blocks (RFC 1951, 3.2.4),
  /// which every inflater reads and which need no compressor here.
  public var encodedV2: String {
    let body = zlibStored(payload)
    return base64(bigEndian(UInt32(0x1c84_9304 | 0x10)) + bigEndian(UInt32(body.count)) + body)
  }

  /// The uncompressed V2 form: a header of 40 bytes, then the counts.
  private var payload: [UInt8] {
    let encoded = zigZagCounts
    return bigEndian(UInt32(0x1c84_9303 | 0x10)) + bigEndian(UInt32(encoded.count))
      + bigEndian(UInt32(0))  // normalizing index offset
      + bigEndian(UInt32(HistogramLayout.significantDigits))
      + bigEndian(UInt64(1)) + bigEndian(HistogramLayout.highest)
      + bigEndian((1.0).bitPattern)  // integer to double value conversion ratio
      + encoded
  }

  /// Each count as a ZigZag LEB128-64b9B number, a run of zeros as its negated length.
  private var zigZagCounts: [UInt8] {
    var bytes: [UInt8] = []
    var zeros = 0
    for count in counts {
      if count == 0 {
        zeros += 1
        continue
      }
      if zeros > 0 { appendZigZag(-Int64(zeros), to: &bytes) }
      zeros = 0
      appendZigZag(Int64(count), to: &bytes)
    }
    return bytes
  }
}

/// ZigZag maps small numbers of either sign to small unsigned ones; LEB128 writes 7 bits a byte.
/// The ninth byte of the 64b9B variant carries 8, so that no number takes a tenth.
private func appendZigZag(_ value: Int64, to bytes: inout [UInt8]) {
  var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
  for _ in 0..<8 {
    guard rest >= 0x80 else { break }
    bytes.append(UInt8(rest & 0x7f) | 0x80)
    rest >>= 7
  }
  bytes.append(UInt8(truncatingIfNeeded: rest))
}

/// A zlib stream whose blocks are stored as they are.
private func zlibStored(_ data: [UInt8]) -> [UInt8] {
  let longestBlock = 65535
  var stream: [UInt8] = [0x78, 0x01]
  var start = 0
  repeat {
    let end = min(start + longestBlock, data.count)
    let length = UInt16(end - start)
    stream.append(end == data.count ? 1 : 0)
    for half in [length, ~length] {
      stream.append(UInt8(half & 0xff))
      stream.append(UInt8(half >> 8))
    }
    stream += data[start..<end]
    start = end
  } while start < data.count
  return stream + bigEndian(adler32(data))
}

/// The checksum of RFC 1950, section 8.2.
private func adler32(_ data: [UInt8]) -> UInt32 {
  var (low, high): (UInt32, UInt32) = (1, 0)
  for byte in data {
    low = (low + UInt32(byte)) % 65521
    high = (high + low) % 65521
  }
  return high << 16 | low
}

private func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.bigEndian) { Array($0) }
}

/// RFC 4648, section 4.
private func base64(_ data: [UInt8]) -> String {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var text: [UInt8] = []
  text.reserveCapacity((data.count + 2) / 3 * 4)
  for start in stride(from: 0, to: data.count, by: 3) {
    let group = data[start..<min(start + 3, data.count)]
    let bits = group.enumerated().reduce(UInt32(0)) {
      $0 | UInt32($1.element) << (16 - 8 * $1.offset)
    }
    for position in 0..<4 {
      let used = position <= group.count
      text.append(
        used ? alphabet[Int(bits >> (18 - 6 * UInt32(position))) & 63] : UInt8(ascii: "="))
    }
  }
  return String(decoding: text, as: UTF8.self)
}
