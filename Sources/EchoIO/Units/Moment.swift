/// A moment of the calendar, as RFC 3339 writes it, `2026-11-29T17:00:00.5Z`, or in seconds since 1970,
/// `1796000400.5`. Kept in nanoseconds since 1970.
public struct Moment: Hashable, Comparable, ReadableText {
  public let unixNanoseconds: UInt64

  public init(unixNanoseconds: UInt64) {
    self.unixNanoseconds = unixNanoseconds
  }

  private static let rule = UnitError(
    "must be a moment such as 2026-11-29T17:00:00.5Z or 1796000400.5 (seconds since 1970)")

  /// Reads a moment as a person or `date +%s.%N` writes it. Leap seconds are refused: the clock of the
  /// kernel has none (clock_gettime(2)).
  public init(parsing text: String) throws(UnitError) {
    let isCount = text.utf8.allSatisfy { $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }
    guard let nanoseconds = isCount ? Self.count(text) : Self.date(text) else { throw Self.rule }
    guard nanoseconds >= 0, nanoseconds <= Self.latest else {
      throw UnitError("must be between 1970 and 2200")
    }
    unixNanoseconds = UInt64(nanoseconds)
  }

  public static func < (left: Moment, right: Moment) -> Bool {
    left.unixNanoseconds < right.unixNanoseconds
  }

  /// The year 2200: later is a count of milliseconds, or a slip of the keyboard.
  private static let latest = Int64(days(year: 2200, month: 1, day: 1)) * 86_400 * 1_000_000_000

  /// Whole seconds, and as many decimals as there are nanoseconds.
  private static func count(_ text: String) -> Int64? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let seconds = Int64(parts[0]), seconds < 10_000_000_000_000,
      let fraction = fraction(parts.count == 2 ? parts[1] : "0")
    else { return nil }
    let (nanoseconds, isTooMany) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return isTooMany ? .max : nanoseconds + fraction
  }

  /// `5` as 500 000 000.
  private static func fraction(_ digits: Substring) -> Int64? {
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    return Int64(digits.prefix(9)).map { value in
      (digits.prefix(9).count..<9).reduce(value) { value, _ in value * 10 }
    }
  }

  /// `2026-11-29T17:00:00.5Z`, `2026-11-29 18:00:00+01:00`.
  private static func date(_ text: String) -> Int64? {
    guard
      let match = text.wholeMatch(
        of:
          /([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?([Zz]|([+-])([0-9]{2}):([0-9]{2}))/
      )
    else { return nil }
    let parts = match.output
    guard let year = Int(parts.1), let month = Int(parts.2), let day = Int(parts.3),
      let hour = Int(parts.4), let minute = Int(parts.5), let second = Int(parts.6),
      let fraction = fraction(parts.7 ?? "0"),
      (1...12).contains(month), (1...length(of: month, in: year)).contains(day),
      hour < 24, minute < 60, second < 60
    else { return nil }
    var offset = 0
    if let sign = parts.9, let hours = parts.10.flatMap({ Int($0) }),
      let minutes = parts.11.flatMap({ Int($0) })
    {
      guard hours < 24, minutes < 60 else { return nil }
      offset = (hours * 60 + minutes) * (sign == "-" ? -60 : 60)
    }
    let seconds =
      days(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second
      - offset
    let (nanoseconds, isTooMany) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    return isTooMany ? .max : nanoseconds + fraction
  }

  private static func length(of month: Int, in year: Int) -> Int {
    let next = month == 12 ? (year + 1, 1) : (year, month + 1)
    return days(year: next.0, month: next.1, day: 1) - days(year: year, month: month, day: 1)
  }

  /// Days since 1970 of the proleptic Gregorian calendar, with years that begin in March, so that a leap
  /// day is the last of its year.
  private static func days(year: Int, month: Int, day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
  }
}

extension Moment: CustomStringConvertible {
  /// In UTC, to the millisecond: `2026-11-29T17:00:00.500Z`.
  public var description: String {
    let milliseconds = Int(unixNanoseconds / 1_000_000)
    let (day, rest) = (milliseconds / 86_400_000, milliseconds % 86_400_000)
    // The first guess is never too early a year.
    var year = 1970 + day / 365
    while Self.days(year: year, month: 1, day: 1) > day { year -= 1 }
    let month = (1...12).last { Self.days(year: year, month: $0, day: 1) <= day } ?? 1
    let dayOfMonth = day - Self.days(year: year, month: month, day: 1) + 1
    let date = "\(year)-\(padded(month, 2))-\(padded(dayOfMonth, 2))"
    let time =
      "\(padded(rest / 3_600_000, 2)):\(padded(rest / 60_000 % 60, 2)):\(padded(rest / 1000 % 60, 2))"
    return "\(date)T\(time).\(padded(rest % 1000, 3))Z"
  }

  private func padded(_ number: Int, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
