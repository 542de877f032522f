import Testing

@testable import EchoSuite

struct ShareEstimateTests {
  @Test func `a share is a trimmed mean of the values themselves`() throws {
    // The worked example of the trimmed mean, [1…9, 100], moved to where shares are. Of two rows that
    // are the same: its variance is moderated by an equal one, with 5 + 1 degrees of freedom.
    let values = [0.51, 0.52, 0.53, 0.54, 0.55, 0.56, 0.57, 0.58, 0.59, 1]
    let estimate = try #require(Estimate.shares(of: [series(values), series(values)])[0])
    #expect(abs(estimate.value - 0.555) < 1e-12)
    let interval = try #require(estimate.interval)
    let halfWidth = StudentT(degrees: 6).quantile(confidence: 0.95) * 0.0119024
    #expect(abs(interval.width / 2 - halfWidth) < 1e-6)
    #expect(estimate.method == .share && interval.coverage == 0.95)
  }

  @Test func `a row that is always nothing has an interval by the others`() throws {
    let estimates = Estimate.shares(of: [
      series(Array(repeating: 0, count: 8)), series([0.1, 0.2, 0.1, 0.3, 0.2, 0.1, 0.2, 0.3]),
    ])
    let interval = try #require(estimates[0]?.interval)
    #expect(estimates[0]?.value == 0 && interval.lower == 0 && interval.upper > 0)
  }

  @Test func `no share reaches beyond all or nothing`() throws {
    let wide = series([0.02, 0.98, 0.03, 0.97])
    for estimate in Estimate.shares(of: [wide, wide]) {
      #expect(try #require(estimate?.interval) == Interval(lower: 0, upper: 1, coverage: 0.95))
    }
  }

  @Test func `a row that is alone has the median, and one without rounds nothing`() {
    let estimates = Estimate.shares(of: [series([0.1, 0.2, 0.4]), series([])])
    #expect(estimates[0]?.value == 0.2 && estimates[0]?.method == .median)
    #expect(estimates[1] == nil)
  }

  private func series(_ values: [Double]) -> Series {
    Series(points: zip(1..., values).map { Series.Point(round: $0, time: Double($0), value: $1) })
  }
}
