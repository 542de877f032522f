import Testing

@testable import EchoSuite

struct SampleTests {
  @Test func `no values are no sample`() {
    #expect(Sample([]) == nil)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func `a value that is not finite makes no sample`(value: Double) {
    #expect(Sample([1, value, 2]) == nil)
  }

  @Test func `values are kept in ascending order`() throws {
    let sample = try #require(Sample([3, 1, 2]))
    #expect(sample.sorted == [1, 2, 3])
    #expect(sample.min == 1)
    #expect(sample.max == 3)
    #expect(sample.count == 3)
  }

  @Test func `the median is the middle value or the mean of the two`() throws {
    #expect(try #require(Sample([7])).median == 7)
    #expect(try #require(Sample([5, 1])).median == 3)
    #expect(try #require(Sample([9, 1, 4])).median == 4)
    #expect(try #require(Sample([10, 1, 4, 2])).median == 3)
  }

  /// `quantile(c(1, 2, 4, 8), c(0.25, 0.75))` in R gives 1.75 and 5.
  @Test func `quantiles between two values are interpolated`() throws {
    let sample = try #require(Sample([1, 2, 4, 8]))
    #expect(sample.quantile(0) == 1)
    #expect(sample.quantile(0.25) == 1.75)
    #expect(sample.quantile(0.75) == 5)
    #expect(sample.quantile(1) == 8)
  }

  @Test func `the spread of five rounds ignores the fastest and the slowest`() throws {
    #expect(try #require(Sample([100, 98, 102, 5, 900])).spread == 0.04)
  }

  @Test func `values that agree have no spread`() throws {
    #expect(try #require(Sample([0.1, 0.1, 0.1, 0.1, 0.1, 0.1])).spread == 0)
    #expect(try #require(Sample([3])).spread == 0)
  }

  @Test func `a median of zero has no relative spread`() throws {
    #expect(try #require(Sample([-1, 0, 1])).spread == nil)
  }
}
