/// Messages of several sizes: each has one of a list, or any of a range, at random and all as likely.
///
/// Its text is that of the option: `64,1k,64k`, `uniform:64-4k`.
public enum SizeMix: Hashable, Sendable {
  /// Two at least, the smallest first, each once.
  case list([ByteCount])
  case uniform(ClosedRange<Int>)

  private static let uniformPrefix = "uniform:"
  private static let mostSizes = 16

  /// Reads a mix as a person writes it; nil for what is a single size.
  init?(parsing text: String) throws(UnitError) {
    if text.hasPrefix(Self.uniformPrefix) {
      let ends = text.dropFirst(Self.uniformPrefix.count).split(
        separator: "-", maxSplits: 2, omittingEmptySubsequences: false)
      guard ends.count == 2 else {
        throw UnitError("must be a range such as uniform:64-4k")
      }
      let low = try ByteCount(parsing: String(ends[0])).bytes
      let high = try ByteCount(parsing: String(ends[1])).bytes
      guard low < high else { throw UnitError("must be a range whose end is above its beginning") }
      self = .uniform(low...high)
      return
    }
    guard text.contains(",") else { return nil }
    let parts = text.split(
      separator: ",", maxSplits: Self.mostSizes, omittingEmptySubsequences: false)
    guard parts.count <= Self.mostSizes else {
      throw UnitError("must have at most \(Self.mostSizes) sizes")
    }
    var sizes: Set<Int> = []
    for part in parts {
      guard sizes.insert(try ByteCount(parsing: String(part)).bytes).inserted else {
        throw UnitError("must have each size once")
      }
    }
    self = .list(sizes.sorted().map { ByteCount($0) })
  }

  var largest: ByteCount {
    switch self {
    case .list(let sizes): sizes[sizes.count - 1]
    case .uniform(let range): ByteCount(range.upperBound)
    }
  }

  /// The sizes that are told apart in figures, in bytes: each of a list, of a range those between two
  /// powers of two.
  public var classes: [ClosedRange<Int>] {
    switch self {
    case .list(let sizes): return sizes.map { $0.bytes...$0.bytes }
    case .uniform(let range):
      let first = Self.octave(range.lowerBound)
      return (first...Self.octave(range.upperBound)).map { octave in
        max(range.lowerBound, 1 << octave)...min(range.upperBound, 1 << (octave + 1) - 1)
      }
    }
  }

  /// Which power of two a size is at or above.
  @inline(__always)
  static func octave(_ size: Int) -> Int { Int.bitWidth - 1 - size.leadingZeroBitCount }
}

extension SizeMix: CustomStringConvertible {
  public var description: String {
    switch self {
    case .list(let sizes): sizes.map(\.argument).joined(separator: ",")
    case .uniform(let range):
      Self.uniformPrefix + ByteCount(range.lowerBound).argument + "-"
        + ByteCount(range.upperBound).argument
    }
  }
}

extension SizeMix: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    do {
      guard let mix = try SizeMix(parsing: text) else {
        throw UnitError("must be several sizes")
      }
      self = mix
    } catch {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(error)")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
