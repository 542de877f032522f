import EchoIO
import Testing

@testable import EchoSuite

struct LatencyConditionTests {
  @Test(arguments: [
    ("p99<1ms", "p99 < 1ms"), (" p99.9 <= 250us ", "p99.9 <= 250us"), ("MAX<2", "max < 2s"),
    ("p50<200us,max<=20ms", "p50 < 200us and max <= 20ms"),
    ("p90<1ms and mean < 0.5 ms", "p90 < 1ms and mean < 500us"),
  ])
  func `a condition is read, and written so that it reads back`(
    text: String, written: String
  ) throws {
    let condition = try LatencyCondition(parsing: text)
    #expect("\(condition)" == written)
    #expect(try LatencyCondition(parsing: written) == condition)
  }

  private static let form =
    "must be a condition such as p99<1ms, of one of p50, p90, p99, p99.9, mean, max"

  @Test(arguments: [
    ("", form), ("fast", form), ("p95<1ms", form), ("p99>1ms", form), ("p99<1ms<2ms", form),
    ("p99<1ms,", form), ("1ms<p99", form), ("p99<0", "must have a limit above 0"),
    (
      "p99<soon",
      "has a limit that must be a duration such as 500ms, 10s or 2m (bare: seconds)"
    ),
    ("p99<1ms,p99<2ms", "must have each figure once, and has p99 twice"),
    ("p99<-1ms", "has a limit that must not be negative"),
    (
      "p99<==1ms",
      "has a limit that must be a duration such as 500ms, 10s or 2m (bare: seconds)"
    ),
  ])
  func `what is no condition is refused, and the rule is named`(text: String, rule: String) {
    #expect(throws: UnitError(rule)) { try LatencyCondition(parsing: text) }
  }

  @Test(
    arguments: [
      ("p99<1ms", 999_999, true), ("p99<1ms", 1_000_000, false), ("p99<=1ms", 1_000_000, true),
      ("p99<=1ms", 1_000_001, false), ("p99<1ms", nil, nil), ("p99<1ms,max<5ms", nil, false),
      ("p99<1ms,max<6ms", nil, nil), ("max<6ms,p99<1ms", 1_000_000, false),
    ] as [(String, UInt64?, Bool?)])
  func `it is met, or not, or that is not known`(
    text: String, p99: UInt64?, isMet: Bool?
  ) throws {
    var latency = ClientReport(Workload()).latency
    latency.percentiles["99"] = .some(p99)
    latency.max = 5_500_000
    #expect(try LatencyCondition(parsing: text).isMet(by: latency) == isMet)
  }

  @Test func `a window is long enough for ten messages above the percentile`() throws {
    let length = RateWindowLength(.seconds(1), for: try LatencyCondition(parsing: "p99<1ms"))
    func seconds(_ rate: Int, _ isConfirmation: Bool = false) -> Double {
      length.of(RateSearch.Step(rate: rate, isConfirmation: isConfirmation)).seconds
    }
    #expect(seconds(100_000) == 1)
    #expect(seconds(100_000, true) == 3)
    #expect(seconds(500) * 500 >= 1000)
    #expect(seconds(500, true) == 3 * seconds(500))
    #expect((9.9...10).contains(seconds(length.lowestRate)))
    #expect(length.lowestRate == 116)
  }
}
