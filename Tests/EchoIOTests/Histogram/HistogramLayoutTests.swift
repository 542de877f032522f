import Testing

@testable import EchoIO

@Suite(.timeLimit(.minutes(1)))
struct HistogramLayoutTests {
  /// Every boundary between buckets of up to 11 bits, and what lies around it.
  private static let values: [UInt64] = {
    var values: [UInt64] = []
    for shift in 0..<42 as Range<UInt64> {
      for boundary in [1, 3, 15, 16, 17, 127, 128, 129, 1023, 1024, 1025, 2047, 2049] as [UInt64] {
        let value = boundary << shift
        values += [value - 1, value, value + 1].filter { $0 <= HistogramLayout.highest }
      }
    }
    return values
  }()

  @Test(arguments: HistogramLayout.allCases)
  func `a value lies in its bucket, and the bucket is as narrow as the digits ask`(
    layout: HistogramLayout
  ) {
    let widest = [0.1, 0.01, 0.001][layout.significantDigits - 1]
    for value in Self.values {
      let bucket = layout.values(at: layout.index(of: value))
      if !bucket.contains(value) || Double(bucket.count - 1) > Double(value) * widest {
        Issue.record("\(value) lies in \(bucket)")
      }
    }
  }

  @Test(arguments: HistogramLayout.allCases)
  func `buckets follow each other without a gap`(layout: HistogramLayout) {
    #expect(layout.values(at: 0) == 0...0)
    var previous: UInt64 = 0
    for index in 1..<layout.bucketCount {
      let values = layout.values(at: index)
      // One comparison per bucket, since each expectation costs more than the check.
      if values.lowerBound != previous + 1 || layout.index(of: values.lowerBound) != index
        || layout.index(of: values.upperBound) != index
      {
        Issue.record("bucket \(index) has \(values), behind \(previous)")
      }
      previous = values.upperBound
    }
  }

  @Test func `small values have buckets of their own`() {
    let layout = HistogramLayout.threeDigits
    for value in 0..<2048 { #expect(layout.index(of: UInt64(value)) == value) }
    #expect(layout.index(of: 2048) == 2048)
    #expect(layout.index(of: 2049) == 2048)
    #expect(layout.index(of: 2050) == 2049)
    #expect(layout.index(of: 4096) == 3072)
  }

  @Test(arguments: HistogramLayout.allCases)
  func `an hour has the last bucket`(layout: HistogramLayout) {
    #expect(layout.values(at: layout.bucketCount - 1).contains(HistogramLayout.highest))
  }
}
