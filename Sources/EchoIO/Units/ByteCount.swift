/// A number of bytes: `1000`, `64k` (65536), `1MiB` (1048576).
///
/// Suffixes are powers of 1024. `kB` and `MB` are refused, since half the world reads them as
/// powers of 1000.
public struct ByteCount: Hashable, ReadableText {
  public let bytes: Int

  /// - Precondition: `bytes` is positive.
  public init(_ bytes: Int) {
    precondition(bytes > 0, "a byte count is positive")
    self.bytes = bytes
  }

  /// Reads a size as a person writes it.
  public init(parsing text: String) throws(UnitError) {
    let (digits, suffix) = splitQuantity(text)
    guard let shift = Self.shifts[suffix.lowercased()] else {
      throw UnitError(Self.complaint(about: suffix))
    }
    guard let number = Int(digits), number > 0 else {
      throw UnitError("must be a whole number of bytes, at least 1, such as 1000 or 64k")
    }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
    guard !overflow, bytes <= Self.largest.bytes else {
      throw UnitError("must be at most 16GiB")
    }
    self.bytes = bytes
  }

  /// The bytes of an MB as the blog counts them, for dividing by.
  public static let perMB = 1_048_576.0

  /// More than a message or a buffer can sensibly be, and far from overflowing any sum of them.
  public static let largest = ByteCount(16 << 30)

  private static let shifts: [String: Int] = [
    "": 0, "k": 10, "kib": 10, "m": 20, "mib": 20, "g": 30, "gib": 30,
  ]

  private static func complaint(about suffix: Substring) -> String {
    guard ["kb", "mb", "gb"].contains(suffix.lowercased()) else {
      return "must be a size such as 1000, 64k or 1MiB"
    }
    let letter = suffix.prefix(1)
    return "must not be in \(suffix), which is a power of 1000 to some and of 1024 to others:"
      + " write \(letter) or \(letter)iB for the power of 1024"
  }
}

extension ByteCount: CustomStringConvertible {
  /// The shortest exact form that reads back as the same size: `1000 B`, `64 KiB`, `1 MiB`.
  public var description: String {
    for (shift, unit) in [(30, "GiB"), (20, "MiB"), (10, "KiB")] where bytes % (1 << shift) == 0 {
      return "\(bytes >> shift) \(unit)"
    }
    return "\(bytes) B"
  }

  /// The form the command line takes: `1000`, `64k`, `1M`.
  public var argument: String {
    for (shift, unit) in [(30, "G"), (20, "M"), (10, "k")] where bytes % (1 << shift) == 0 {
      return "\(bytes >> shift)\(unit)"
    }
    return "\(bytes)"
  }
}

extension ByteCount: Codable {
  /// A plain number of bytes.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let bytes = try container.decode(Int.self)
    guard (1...Self.largest.bytes).contains(bytes) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a size must be 1 byte to 16GiB, got \(bytes)")
    }
    self.bytes = bytes
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(bytes)
  }
}

/// Splits `64k` into its leading number (digits, points and signs) and the rest.
func splitQuantity(_ text: String) -> (number: Substring, suffix: Substring) {
  let number = text.prefix { $0.isNumber || $0 == "." || $0 == "-" || $0 == "+" }
  return (number, text[number.endIndex...])
}
