/// A length of time: `500ms`, `10s`, `2m`, `1h30m`, and a bare number of seconds. Kept in nanoseconds.
public struct TimeSpan: Hashable, Comparable, ReadableText {
  public let nanoseconds: UInt64

  public init(nanoseconds: UInt64) {
    self.nanoseconds = nanoseconds
  }

  public static func milliseconds(_ count: UInt64) -> TimeSpan {
    TimeSpan(nanoseconds: count * 1_000_000)
  }

  public static func seconds(_ count: UInt64) -> TimeSpan {
    TimeSpan(nanoseconds: count * 1_000_000_000)
  }

  /// Reads a duration as a person writes it; `0` is read too, where a rule forbids it the option
  /// says so.
  public init(parsing text: String) throws(UnitError) {
    if let (hours, minutes) = Self.clock(text) {
      guard hours * 60 + minutes <= 24 * 60 else { throw UnitError("must be at most 24h") }
      self = .seconds(UInt64(hours * 3600 + minutes * 60))
      return
    }
    let (digits, suffix) = splitQuantity(text)
    guard let unit = Self.units[suffix.lowercased()], let number = Double(digits) else {
      throw UnitError("must be a duration such as 500ms, 10s or 2m (bare: seconds)")
    }
    guard number >= 0 else { throw UnitError("must not be negative") }
    let nanoseconds = number * unit
    guard nanoseconds <= Self.longest else { throw UnitError("must be at most 24h") }
    // To the nearest: 1.001 s in binary is a little less.
    self.nanoseconds = UInt64(nanoseconds.rounded())
  }

  /// The parts of `1h30m`; nil of everything else.
  private static func clock(_ text: String) -> (hours: Int, minutes: Int)? {
    guard let parts = text.wholeMatch(of: /([0-9]{1,4})[hH]([0-9]{1,4})[mM]/),
      let hours = Int(parts.1), let minutes = Int(parts.2)
    else { return nil }
    return (hours, minutes)
  }

  public var seconds: Double { Double(nanoseconds) / 1e9 }

  public static func < (left: TimeSpan, right: TimeSpan) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// A day, in nanoseconds: longer is a slip of the keyboard.
  private static let longest = 86_400e9

  private static let units: [String: Double] = [
    "ns": 1, "us": 1e3, "µs": 1e3, "ms": 1e6, "s": 1e9, "": 1e9, "m": 60e9, "min": 60e9,
    "h": 3600e9,
  ]
}

extension TimeSpan: CustomStringConvertible {
  /// The shortest exact form, which reads back as the same duration: `1h30m`, `2m`, `10s`, `500ms`, `50us`.
  public var description: String {
    let (minutes, rest) = nanoseconds.quotientAndRemainder(dividingBy: 60_000_000_000)
    if minutes >= 60, rest == 0 {
      return "\(minutes / 60)h" + (minutes % 60 > 0 ? "\(minutes % 60)m" : "")
    }
    for (size, unit) in [
      (60_000_000_000, "m"), (1_000_000_000, "s"), (1_000_000, "ms"), (1000, "us"),
    ] where nanoseconds >= size && nanoseconds % UInt64(size) == 0 {
      return "\(nanoseconds / UInt64(size))\(unit)"
    }
    return nanoseconds == 0 ? "0s" : "\(nanoseconds)ns"
  }
}
