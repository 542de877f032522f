import Testing

@testable import EchoIO

struct HistogramEncodingTests {
  @Test(
    arguments: [
      [], [0], [1], [2047, 2048, 2049], [1, 1, 1, 5_000, 5_000, 1_000_000, 3_600_000_000_000],
      (0..<70_000).map { $0 * 131 },
    ] as [[UInt64]])
  func `what is encoded is decoded to the same counts`(values: [UInt64]) throws {
    let histogram = recorded(values)
    let decoded = try DecodedHistogram(histogram.encodedV2)
    #expect(decoded.counts == histogram.counts)
    #expect(decoded.significantDigits == 3)
    #expect(decoded.lowest == 1)
    #expect(decoded.highest == 3_600_000_000_000)
    #expect(decoded.ratio == 1)
  }

  @Test func `counts of any size are encoded`() throws {
    // From 1 byte to several, around each power of 128.
    for count in [63, 64, 65, 8191, 8192, 100_000] {
      let histogram = recorded(Array(repeating: 77, count: count))
      #expect(try DecodedHistogram(histogram.encodedV2).counts[77] == UInt64(count))
    }
  }

  /// This string was read by HdrHistogram's Python edition (hdrhistogram 0.10.8), which found
  /// these values in it.
  @Test func `the encoding is the one that other readers take`() {
    let histogram = recorded([1, 1, 5, 1000, 1000, 1000, 1_000_000, 123_456_789])
    #expect(
      histogram.encodedV2
        == "HISTFAAAAEF4AQE2AMn/HISTEwAAAA4AAAAAAAAAAwAAAAAAAAABAAADRjC4oAA/8AAAAAAAAAEEBQLDDwbvngEC8W4C"
        + "o8kILg==")
  }
}

/// The V2 encoding, read back: no more of it than stored blocks, which is what is written.
private struct DecodedHistogram {
  var significantDigits: UInt32 = 0
  var lowest: UInt64 = 0
  var highest: UInt64 = 0
  var ratio = 0.0
  var counts: [UInt64] = []

  init(_ text: String) throws {
    var outer = ByteReader(try decodeBase64(text))
    #expect(outer.number(UInt32.self) == 0x1c84_9314)
    #expect(outer.number(UInt32.self) == UInt32(outer.rest.count))
    var reader = ByteReader(inflateStored(Array(outer.rest)))
    #expect(reader.number(UInt32.self) == 0x1c84_9313)
    let length = reader.number(UInt32.self)
    #expect(reader.number(UInt32.self) == 0)
    significantDigits = reader.number()
    lowest = reader.number()
    highest = reader.number()
    ratio = Double(bitPattern: reader.number())
    #expect(UInt32(reader.rest.count) == length)
    while !reader.rest.isEmpty {
      let value = reader.zigZag()
      counts +=
        value < 0 ? Array(repeating: 0, count: Int(-value)) : [UInt64(value)]
    }
  }
}

private struct ByteReader {
  var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) {
    rest = bytes[...]
  }

  mutating func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) -> Number {
    let size = Number.bitWidth / 8
    defer { rest = rest.dropFirst(size) }
    return rest.prefix(size).reduce(0) { $0 << 8 | Number($1) }
  }

  mutating func zigZag() -> Int64 {
    var value: UInt64 = 0
    for position in 0..<9 {
      let byte = UInt64(rest.removeFirst())
      value |= (position == 8 ? byte : byte & 0x7f) << UInt64(7 * position)
      if byte & 0x80 == 0 { break }
    }
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }
}

private struct NotBase64: Error {}

private func decodeBase64(_ text: String) throws -> [UInt8] {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  let values = Dictionary(uniqueKeysWithValues: zip(alphabet, 0..<64))
  guard text.count % 4 == 0 else { throw NotBase64() }
  var (bytes, bits, width) = ([UInt8](), 0, 0)
  for character in text where character != "=" {
    guard let value = values[character] else { throw NotBase64() }
    bits = bits << 6 | value
    width += 6
    if width >= 8 {
      width -= 8
      bytes.append(UInt8(bits >> width & 0xff))
    }
  }
  return bytes
}

/// A zlib stream (RFC 1950) of stored blocks (RFC 1951, 3.2.4), checked against its checksum.
private func inflateStored(_ stream: [UInt8]) -> [UInt8] {
  #expect((Int(stream[0]) << 8 | Int(stream[1])) % 31 == 0)
  var (data, position, isLast) = ([UInt8](), 2, false)
  while !isLast {
    isLast = stream[position] == 1
    let length = Int(stream[position + 1]) | Int(stream[position + 2]) << 8
    #expect(stream[position + 3] == ~stream[position + 1])
    #expect(stream[position + 4] == ~stream[position + 2])
    data += stream[position + 5..<position + 5 + length]
    position += 5 + length
  }
  let low = (data.reduce(1) { $0 + Int($1) }) % 65521
  let high = data.indices.reduce(data.count) { $0 + (data.count - $1) * Int(data[$1]) } % 65521
  var checksum = ByteReader(Array(stream[position...]))
  #expect(checksum.number(UInt32.self) == UInt32(high << 16 | low))
  return data
}
