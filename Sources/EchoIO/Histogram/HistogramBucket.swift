/// The round trips that a histogram does not tell apart.
public struct HistogramBucket: Equatable, Sendable {
  /// Nanoseconds.
  public let values: ClosedRange<UInt64>
  public let count: UInt64

  /// The value that stands for all of them in a sum, HdrHistogram's median equivalent value.
  var middle: UInt64 { values.lowerBound + UInt64(values.count) / 2 }
}

extension LatencyHistogram {
  /// The buckets that are not empty, by rising values.
  public var buckets: some Sequence<HistogramBucket> {
    filled.lazy.map { HistogramBucket(values: layout.values(at: $0.index), count: $0.count) }
  }

  /// The same by their indices.
  var filled: FilledBuckets { FilledBuckets(counts) }

  /// The value below which `percentile` per cent of the round trips lie, in nanoseconds; nil
  /// when fewer than ten lie above it: the tail of a distribution is not known from its last few
  /// samples.
  ///
  /// It is HdrHistogram's: the highest value of the bucket that holds the round trip of that rank,
  /// but never more than the maximum.
  public func percentile(_ percentile: Double) -> UInt64? {
    let above = Double(count) * (100 - percentile) / 100
    guard above >= Self.fewestAbove - Self.rounding else { return nil }
    guard percentile > 0 else { return min }
    // One step lower, or 99.9 of 1000 could come out as the rank above 999.
    let rank = UInt64((percentile.nextDown * Double(count) / 100).rounded(.up))
    var counted: UInt64 = 0
    for bucket in buckets {
      counted += bucket.count
      if counted >= rank { return Swift.min(bucket.values.upperBound, max) }
    }
    return max
  }

  private static let fewestAbove = 10.0
  /// 99.9 and its like are no binary fractions: ten samples may come out as 9.9999999.
  private static let rounding = 1e-6
}

/// Of the 33,000 buckets that there may be most are empty: those are passed over in a loop of its own.
struct FilledBuckets: Sequence, IteratorProtocol {
  private let counts: [UInt64]
  private var index = 0

  init(_ counts: [UInt64]) {
    self.counts = counts
  }

  mutating func next() -> (index: Int, count: UInt64)? {
    while index < counts.count {
      let count = counts[index]
      index += 1
      if count > 0 { return (index - 1, count) }
    }
    return nil
  }
}
