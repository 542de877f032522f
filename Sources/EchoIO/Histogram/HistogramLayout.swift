/// The bucket layout of HdrHistogram for values of 1 ns to an hour, by significant digits: linear
/// sub-buckets, of which each further power of two uses the upper half.
///
/// The buckets of a coarser layout are made of whole buckets of a finer one.
///
/// Source: HdrHistogram's `AbstractHistogram.init`.
public enum HistogramLayout: Int, CaseIterable, Sendable {
  case oneDigit = 1
  case twoDigits = 2
  /// What is recorded.
  case threeDigits = 3

  /// An hour, in nanoseconds.
  public static let highest: UInt64 = 3_600_000_000_000
  /// Values below this share the first bucket with 0.
  static let lowest: UInt64 = 1

  public var significantDigits: Int { rawValue }

  /// Twice 10ⁿ sub-buckets tell n digits apart: the next power of two.
  @inline(__always)
  private var subBucketBits: Int {
    switch self {
    case .oneDigit: 5
    case .twoDigits: 8
    case .threeDigits: 11
    }
  }

  var bucketCount: Int { index(of: Self.highest) + 1 }

  /// HdrHistogram's sub-buckets, which have the same width, and its buckets, as many as there are widths.
  public var subBuckets: Int { 1 << subBucketBits }
  public var widths: Int { index(of: Self.highest) / (subBuckets / 2) }

  /// The bucket that a value of at most ``highest`` falls into.
  @inline(__always)
  func index(of value: UInt64) -> Int {
    let shift = 64 &- subBucketBits &- (value | (1 << subBucketBits &- 1)).leadingZeroBitCount
    return shift &<< (subBucketBits &- 1) &+ Int(truncatingIfNeeded: value &>> UInt64(shift))
  }

  /// The values, in nanoseconds, that fall into the bucket at `index`.
  func values(at index: Int) -> ClosedRange<UInt64> {
    let half = 1 << (subBucketBits - 1)
    guard index >= 2 * half else { return UInt64(index)...UInt64(index) }
    let shift = index / half - 1
    let lowest = UInt64(index - shift * half) << UInt64(shift)
    return lowest...(lowest + (1 << UInt64(shift) - 1))
  }
}
