import Testing

@testable import EchoIO

struct LatencyHistogramTests {
  @Test func `nothing recorded is blank`() {
    let histogram = LatencyHistogram()
    #expect(histogram.count == 0)
    #expect(histogram.mean == nil)
    #expect(histogram.percentile(50) == nil)
    #expect(Array(histogram.buckets).isEmpty)
  }

  @Test func `the extremes and the sum are exact`() {
    let histogram = recorded([1_234_567, 7, 999_999_999])
    #expect(histogram.count == 3)
    #expect(histogram.min == 7)
    #expect(histogram.max == 999_999_999)
    #expect(histogram.sum == 1_001_234_573)
    #expect(histogram.mean == 1_001_234_573.0 / 3)
  }

  @Test func `a percentile is within a thousandth`() throws {
    let histogram = recorded((1...100_000).map { $0 * 100 })
    for (percentile, exact) in [
      (50.0, 5_000_000.0), (90, 9_000_000), (99, 9_900_000), (99.9, 9_990_000),
    ] {
      let value = Double(try #require(histogram.percentile(percentile)))
      #expect(abs(value - exact) <= exact * 0.001)
    }
  }

  @Test(arguments: [(50.0, 20), (90, 100), (99, 1000), (99.9, 10_000), (99.99, 100_000)])
  func `a percentile needs ten samples above it`(percentile: Double, fewest: Int) {
    #expect(recorded(Array(repeating: 5, count: fewest - 1)).percentile(percentile) == nil)
    #expect(recorded(Array(repeating: 5, count: fewest)).percentile(percentile) == 5)
  }

  @Test func `a percentile is not above the maximum`() {
    let value: UInt64 = 1_000_001
    #expect(recorded(Array(repeating: value, count: 100)).percentile(50) == value)
  }

  @Test func `histograms of several workers add up`() {
    var histogram = LatencyHistogram()
    for values in [[1000, 3000], [], [500]] as [[UInt64]] {
      let recorder = recorder(values)
      defer { recorder.deallocate() }
      histogram.add(recorder)
    }
    #expect(histogram.count == 3)
    #expect(histogram.min == 500)
    #expect(histogram.max == 3000)
    #expect(histogram.counts.reduce(0, +) == 3)
  }

  @Test func `a round trip of more than an hour counts as an hour`() {
    let histogram = recorded([HistogramLayout.highest * 2])
    #expect(histogram.max == HistogramLayout.highest)
    #expect(histogram.counts.last == 1)
  }

  @Test func `buckets are those that are not empty, with their values`() {
    #expect(
      Array(recorded([7, 5000, 5001, 7, 5004]).buckets) == [
        HistogramBucket(values: 7...7, count: 2), HistogramBucket(values: 5000...5003, count: 2),
        HistogramBucket(values: 5004...5007, count: 1),
      ])
  }
}

struct HistogramSumTests {
  private static let parts: [[UInt64]] = [
    [], [7], [1_234_567, 9_999_999, 1_234_568], Array(repeating: 80_000, count: 100),
    [HistogramLayout.highest],
  ]

  @Test func `the sum of histograms is the histogram of all`() throws {
    for parts in [Self.parts, Self.parts.reversed()] {
      var sum = LatencyHistogram()
      for part in parts { try sum.add(recorded(part)) }
      #expect(sum == recorded(parts.flatMap { $0 }))
    }
  }

  @Test(arguments: [HistogramLayout.oneDigit, .twoDigits])
  func `a coarser layout keeps every count, the extremes and the sum`(
    layout: HistogramLayout
  ) throws {
    let fine = recorded(Self.parts.flatMap { $0 })
    let coarse = fine.reduced(to: layout)
    #expect(coarse.layout == layout)
    #expect(coarse.counts.reduce(0, +) == fine.count)
    #expect(
      [coarse.count, coarse.min, coarse.max, coarse.sum]
        == [fine.count, fine.min, fine.max, fine.sum])
    for bucket in fine.buckets {
      let around = try #require(
        coarse.buckets.first { $0.values.contains(bucket.values.lowerBound) })
      #expect(around.values.contains(bucket.values.upperBound))
      #expect(around.count >= bucket.count)
    }
    #expect(coarse.reduced(to: .threeDigits) == coarse)
  }

  @Test func `reducing before or after adding up comes to the same`() throws {
    var late = LatencyHistogram()
    var early = LatencyHistogram()
    var mixed = LatencyHistogram()
    for (index, part) in Self.parts.enumerated() {
      let histogram = recorded(part)
      try late.add(histogram)
      try early.add(histogram.reduced(to: .oneDigit))
      try mixed.add(histogram.reduced(to: index == 1 ? .oneDigit : .twoDigits))
    }
    #expect(late.reduced(to: .oneDigit) == early)
    #expect(mixed == early)
  }

  @Test(
    arguments: [
      ([LatencyHistogram.mostCounted], 0, HistogramError.tooManyCounted),
      // Almost 2⁶⁴ ns, and a millisecond.
      (Array(repeating: 0, count: 2000) + [.max / 2000], 1_000_000, .tooLong),
    ] as [([UInt64], UInt64, HistogramError)])
  func `what is more than a histogram holds is not added`(
    counts: [UInt64], another: UInt64, error: HistogramError
  ) throws {
    let full = try LatencyHistogram(.threeDigits, counts: counts)
    var histogram = full
    #expect(throws: error) { try histogram.add(recorded([another])) }
    #expect(histogram == full)
    try histogram.add(LatencyHistogram())
    #expect(histogram == full)
  }
}
