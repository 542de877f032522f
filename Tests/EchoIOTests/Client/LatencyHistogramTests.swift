import Testing

@testable import EchoIO

struct HistogramLayoutTests {
  /// Every boundary between buckets of 11 bits, and what lies around it.
  private static let values: [UInt64] = {
    var values: [UInt64] = []
    for shift in 0..<42 as Range<UInt64> {
      for boundary in [1, 3, 1023, 1024, 1025, 2047, 2048, 2049] as [UInt64] {
        let value = boundary << shift
        values += [value - 1, value, value + 1].filter { $0 <= HistogramLayout.highest }
      }
    }
    return values
  }()

  @Test func `a value lies in its bucket, and the bucket is as narrow as 3 digits ask`() {
    for value in Self.values {
      let index = HistogramLayout.index(of: value)
      let lowest = HistogramLayout.lowestValue(at: index)
      let next = HistogramLayout.lowestValue(at: index + 1)
      #expect(lowest <= value && value < next)
      #expect(Double(next - 1 - lowest) <= Double(value) * 0.001)
    }
  }

  @Test func `buckets follow each other without a gap`() {
    #expect(HistogramLayout.lowestValue(at: 0) == 0)
    var previous: UInt64 = 0
    for index in 1..<HistogramLayout.bucketCount {
      let lowest = HistogramLayout.lowestValue(at: index)
      // One comparison per bucket, since each expectation costs more than the check.
      if lowest <= previous || HistogramLayout.index(of: lowest) != index
        || HistogramLayout.index(of: lowest - 1) != index - 1
      {
        Issue.record("bucket \(index) begins at \(lowest), behind \(previous)")
      }
      previous = lowest
    }
  }

  @Test func `small values have buckets of their own`() {
    for value in 0..<2048 { #expect(HistogramLayout.index(of: UInt64(value)) == value) }
    #expect(HistogramLayout.index(of: 2048) == 2048)
    #expect(HistogramLayout.index(of: 2049) == 2048)
    #expect(HistogramLayout.index(of: 2050) == 2049)
    #expect(HistogramLayout.index(of: 4096) == 3072)
  }

  @Test func `an hour has the last bucket`() {
    #expect(
      HistogramLayout.index(of: HistogramLayout.highest) == HistogramLayout.bucketCount - 1)
  }
}

struct LatencyHistogramTests {
  @Test func `nothing recorded is blank`() {
    let histogram = LatencyHistogram()
    #expect(histogram.count == 0)
    #expect(histogram.mean == nil)
    #expect(histogram.percentile(50) == nil)
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
}

/// A recorder that has counted `values`, in nanoseconds; the caller's to deallocate.
private func recorder(_ values: [UInt64]) -> LatencyRecorder {
  var recorder = LatencyRecorder()
  for value in values { recorder.record(from: 10, to: 10 + value) }
  return recorder
}

/// A histogram of `values`, in nanoseconds.
func recorded(_ values: [UInt64]) -> LatencyHistogram {
  let recorder = recorder(values)
  defer { recorder.deallocate() }
  var histogram = LatencyHistogram()
  histogram.add(recorder)
  return histogram
}
