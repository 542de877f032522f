internal import Glibc

/// What a worker counts in the measured loop: round trips, in the bucket layout of HdrHistogram
/// with 3 significant digits, so that ``LatencyHistogram`` takes the counts over without loss.
///
/// Memory is one zeroed block, of which only the touched pages become real.
struct LatencyRecorder {
  private(set) var completed: UInt64 = 0
  private(set) var sumNanoseconds: UInt64 = 0
  private(set) var minNanoseconds: UInt64 = .max
  private(set) var maxNanoseconds: UInt64 = 0
  /// When the last of them came back, on the monotonic clock.
  private(set) var lastCompletion: UInt64 = 0
  let counts: UnsafeMutablePointer<UInt64>

  init() {
    // Zeroed by the kernel, page by page, when a page is first touched (calloc(3)).
    counts = calloc(HistogramLayout.bucketCount, MemoryLayout<UInt64>.stride)!
      .bindMemory(to: UInt64.self, capacity: HistogramLayout.bucketCount)
  }

  func deallocate() {
    free(counts)
  }

  /// Counts a round trip that took from `start` to `end`.
  @inline(__always)
  mutating func record(from start: UInt64, to end: UInt64) {
    let nanoseconds = min(end &- start, HistogramLayout.highest)
    counts[HistogramLayout.index(of: nanoseconds)] &+= 1
    completed &+= 1
    sumNanoseconds &+= nanoseconds
    if nanoseconds < minNanoseconds { minNanoseconds = nanoseconds }
    if nanoseconds > maxNanoseconds { maxNanoseconds = nanoseconds }
    lastCompletion = end
  }
}

/// The bucket layout of HdrHistogram for values of 1 ns to an hour at 3 significant digits:
/// 2048 linear sub-buckets, of which each further power of two uses the upper half.
enum HistogramLayout {
  /// An hour, in nanoseconds.
  static let highest: UInt64 = 3_600_000_000_000
  static let significantDigits = 3
  private static let subBucketBits = 11
  static let bucketCount = index(of: highest) + 1

  @inline(__always)
  static func index(of value: UInt64) -> Int {
    let shift = 64 &- subBucketBits &- (value | (1 << subBucketBits &- 1)).leadingZeroBitCount
    return shift &<< (subBucketBits &- 1) &+ Int(truncatingIfNeeded: value &>> UInt64(shift))
  }

  /// The lowest value that falls into the bucket at `index`.
  static func lowestValue(at index: Int) -> UInt64 {
    let half = 1 << (subBucketBits - 1)
    guard index >= 2 * half else { return UInt64(index) }
    let shift = index / half - 1
    return UInt64(index - shift * half) << UInt64(shift)
  }
}
