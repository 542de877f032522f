import Testing

@testable import EchoIO

struct TimeSpanTests {
  @Test(arguments: [
    ("500ms", 500_000_000), ("10s", 10_000_000_000), ("2m", 120_000_000_000),
    ("10", 10_000_000_000), ("1.5", 1_500_000_000), ("0.25s", 250_000_000), ("3us", 3000),
    ("3µs", 3000), ("7ns", 7), ("1h", 3_600_000_000_000), ("2min", 120_000_000_000), ("0", 0),
    ("24h", 86_400_000_000_000), ("1h30m", 5_400_000_000_000), ("0h5m", 300_000_000_000),
    ("24h0m", 86_400_000_000_000),
  ])
  func `durations are read with their unit, bare ones as seconds`(
    text: String, nanoseconds: UInt64
  ) throws {
    #expect(try TimeSpan(parsing: text).nanoseconds == nanoseconds)
  }

  @Test(arguments: [
    ("-1s", "must not be negative"),
    ("25h", "must be at most 24h"), ("24h1m", "must be at most 24h"),
    ("9999h9999m", "must be at most 24h"),
    ("1h30", "must be a duration such as 500ms, 10s or 2m (bare: seconds)"),
    ("1h-5m", "must be a duration such as 500ms, 10s or 2m (bare: seconds)"),
    ("9999999999999999999999m", "must be at most 24h"),
    ("", "must be a duration such as 500ms, 10s or 2m (bare: seconds)"),
    ("s", "must be a duration such as 500ms, 10s or 2m (bare: seconds)"),
    ("10 s", "must be a duration such as 500ms, 10s or 2m (bare: seconds)"),
    ("1e3s", "must be a duration such as 500ms, 10s or 2m (bare: seconds)"),
    ("nan", "must be a duration such as 500ms, 10s or 2m (bare: seconds)"),
    ("1.2.3s", "must be a duration such as 500ms, 10s or 2m (bare: seconds)"),
    ("10 days", "must be a duration such as 500ms, 10s or 2m (bare: seconds)"),
  ])
  func `what is no duration is refused, and the rule is named`(text: String, rule: String) {
    #expect(throws: UnitError(rule)) { try TimeSpan(parsing: text) }
  }

  @Test(arguments: [
    (TimeSpan.seconds(120), "2m"), (.seconds(90), "90s"), (.seconds(10), "10s"),
    (.milliseconds(500), "500ms"), (.milliseconds(1500), "1500ms"),
    (TimeSpan(nanoseconds: 250_000), "250us"), (TimeSpan(nanoseconds: 7), "7ns"),
    (.seconds(0), "0s"), (.seconds(3540), "59m"), (.seconds(3600), "1h"), (.seconds(5400), "1h30m"),
    (.seconds(86_400), "24h"), (.seconds(3601), "3601s"),
  ])
  func `a duration is written in its largest exact unit`(span: TimeSpan, text: String) throws {
    #expect(span.description == text)
    #expect(try TimeSpan(parsing: text) == span)
  }

  @Test func `durations are ordered by length`() {
    #expect(TimeSpan.milliseconds(999) < .seconds(1))
    #expect(TimeSpan.seconds(2).seconds == 2)
  }
}
