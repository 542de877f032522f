import Testing

@testable import EchoIO

struct MomentTests {
  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("0", 0), ("1.5", 1_500_000_000),
      ("1796000400.123456789", 1_796_000_400_123_456_789),
      // What is finer than a nanosecond is cut off.
      ("0.0000000019", 1), ("2000-02-29T12:00:00.25z", 951_825_600_250_000_000),
      ("2026-11-29T18:00:00+01:00", 1_795_971_600_000_000_000),
      ("2026-11-29 11:30:00-05:30", 1_795_971_600_000_000_000),
      ("2199-12-31T23:59:59Z", 7_258_118_399_000_000_000),
    ] as [(String, UInt64)])
  func `a moment is read as RFC 3339 and date(1) write it`(text: String, unix: UInt64) throws {
    #expect(try Moment(parsing: text).unixNanoseconds == unix)
  }

  @Test(arguments: [
    "", "now", ".", "1.", "1.2.3", "-1", "+5", "1e9", "2026-11-29", "2026-11-29T17:00:00",
    "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-32T00:00:00Z",
    "2026-01-01T24:00:00Z", "2026-01-01T23:59:60Z", "2026-01-01T00:00:00+25:00", "٣", "1.٣",
    "1796000400000", "2500-01-01T00:00:00Z", "1969-12-31T23:59:59Z",
    "99999999999999999999999999999999", "9300000000",
  ])
  func `what is no moment, or a count of milliseconds, is refused`(text: String) {
    #expect(throws: UnitError.self) { try Moment(parsing: text) }
  }

  @Test(arguments: [
    "1970-01-01T00:00:00.000Z", "2000-02-29T23:59:59.999Z", "2024-12-31T00:00:00.001Z",
    "2026-11-29T17:04:05.060Z", "2100-03-01T00:00:00.000Z", "2199-12-31T23:59:59.000Z",
  ])
  func `a moment is written as it is read`(text: String) throws {
    #expect("\(try Moment(parsing: text))" == text)
  }
}
