import Testing

@testable import EchoSuite

struct TrimmedMeanTests {
  @Test func `an outlier counts as the nearest value that is kept`() throws {
    let mean = try #require(TrimmedMean([4, 9, 1, 100, 3, 2, 8, 6, 5, 7]))
    let variance = try #require(mean.variance)
    #expect(mean.centre == 5.5)
    #expect(variance.degrees == 5)
    let standardError = (variance.value / 10).squareRoot()
    #expect(abs(standardError - 1.19024) < 5e-6)
    #expect(abs(StudentT(degrees: 5).quantile(confidence: 0.95) * standardError - 3.0596) < 5e-5)
    #expect(TrimmedMean([4, 9, 1, 1e9, 3, 2, 8, 6, 5, 7]) == mean)
  }

  @Test func `eight rounds leave out one on each side`() throws {
    let mean = try #require(TrimmedMean([-0.31, -0.12, -0.05, 0, 0.02, 0.04, 0.07, 0.11]))
    let variance = try #require(mean.variance)
    #expect(abs(mean.centre - -0.00667) < 5e-6)
    #expect(abs(variance.value - 0.011223) < 5e-7)
    #expect(abs((variance.value / 8).squareRoot() - 0.03746) < 5e-6)
    #expect(variance.degrees == 5)
  }

  @Test(arguments: [
    (1, 0, 0), (2, 0, 1), (3, 0, 2), (4, 0, 3), (5, 1, 2), (9, 1, 6), (10, 2, 5), (60, 12, 35),
  ])
  func `a fifth is left out on each side, rounded down`(count: Int, trimmed: Int, degrees: Int)
    throws
  {
    #expect(TrimmedMean.trimmed(of: count) == trimmed)
    let mean = try #require(TrimmedMean((1...count).map(Double.init)))
    #expect(mean.count == count)
    #expect((mean.variance?.degrees ?? 0) == degrees)
  }

  @Test func `up to four values have the plain mean and variance`() throws {
    let three = try #require(TrimmedMean([1, 2, 6]))
    #expect(three.centre == 3)
    #expect(three.variance == Variance(value: 7, degrees: 2))
    let two = try #require(TrimmedMean([2, 4]))
    #expect(two.centre == 3)
    #expect(two.variance == Variance(value: 2, degrees: 1))
  }

  @Test func `a single value says nothing of how values vary`() throws {
    let one = try #require(TrimmedMean([2]))
    #expect(one.centre == 2)
    #expect(one.variance == nil)
    #expect(TrimmedMean([]) == nil)
  }

  @Test func `infinite values are allowed as far as they are left out`() throws {
    let stalled = try #require(TrimmedMean([1, 2, 3, 4, -.infinity]))
    #expect(stalled == TrimmedMean([1, 2, 3, 4, -7]))
    #expect(TrimmedMean([1, 2, 3, -.infinity, -.infinity]) == nil)
    #expect(TrimmedMean([1, 2, 3, -.infinity]) == nil)
    #expect(TrimmedMean([.infinity, 2, 3, 4, -.infinity])?.centre == 3)
  }

  @Test func `order does not matter, and shift and scale go through`() throws {
    var random = Sampler(seed: 1963)
    for count in [2, 7, 12, 33] {
      let values = (0..<count).map { _ in random.normal() }
      let mean = try #require(TrimmedMean(values))
      var order = Array(values.indices)
      random.shuffle(&order)
      #expect(TrimmedMean(order.map { values[$0] }) == mean)
      let moved = try #require(TrimmedMean(values.map { 3 - 2 * $0 }))
      #expect(abs(moved.centre - (3 - 2 * mean.centre)) < 1e-12)
      let variances = try (#require(moved.variance), #require(mean.variance))
      #expect(abs(variances.0.value / variances.1.value - 4) < 1e-12)
    }
  }
}
