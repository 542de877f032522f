@testable import EchoIO

/// An encoding whose parts can be given wrong.
struct Encoding {
  var cookie: UInt32 = 0x1c84_9314
  var payloadCookie: UInt32 = 0x1c84_9313
  var offset: Int32 = 0
  var digits: UInt32 = 3
  var lowest: UInt64 = 1
  var highest: UInt64 = 3_600_000_000_000
  var ratio = 1.0
  var numbers: [Int64] = [-5, 2]
  /// Added to what the lengths should be.
  var outerLength = 0
  var innerLength = 0
  /// Behind what has the length.
  var afterStream: [UInt8] = []
  var afterCounts: [UInt8] = []

  var payload: [UInt8] {
    var counts: [UInt8] = []
    for number in numbers { ZigZag.append(number, to: &counts) }
    return bigEndian(payloadCookie) + bigEndian(UInt32(counts.count + innerLength))
      + bigEndian(offset) + bigEndian(digits) + bigEndian(lowest) + bigEndian(highest)
      + bigEndian(ratio.bitPattern) + counts + afterCounts
  }

  var text: String { text(Zlib.deflate(payload)) }

  func text(_ stream: [UInt8]) -> String {
    Base64.encode(
      bigEndian(cookie) + bigEndian(UInt32(stream.count + outerLength)) + stream + afterStream)
  }
}
