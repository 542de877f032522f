/// Base64 with padding and without line breaks: RFC 4648, section 4.
enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let padding = UInt8(ascii: "=")

  static func encode(_ data: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((data.count + 2) / 3 * 4)
    for start in stride(from: 0, to: data.count, by: 3) {
      let group = data[start..<min(start + 3, data.count)]
      var bits: UInt32 = 0
      for position in 0..<3 {
        bits = bits << 8 | (position < group.count ? UInt32(group[start + position]) : 0)
      }
      for position in 0..<4 {
        let isUsed = position <= group.count
        text.append(isUsed ? alphabet[Int(bits >> (18 - 6 * UInt32(position))) & 63] : padding)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The data of a text; nil when it is not the one text that ``encode(_:)`` makes of any data.
  static func decode(_ text: String) -> [UInt8]? {
    let text = Array(text.utf8)
    guard text.count % 4 == 0 else { return nil }
    let padded = text.suffix(2).reversed().prefix { $0 == padding }.count
    var data: [UInt8] = []
    data.reserveCapacity(text.count / 4 * 3)
    var (bits, width): (UInt32, UInt32) = (0, 0)
    for character in text.dropLast(padded) {
      guard let value = value(of: character) else { return nil }
      bits = (bits << 6 | value) & 0xffff
      width += 6
      guard width >= 8 else { continue }
      width -= 8
      data.append(UInt8(truncatingIfNeeded: bits >> width))
    }
    // What the padding leaves over of the last character is 0.
    guard bits & (1 << width - 1) == 0 else { return nil }
    return data
  }

  private static func value(of character: UInt8) -> UInt32? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
