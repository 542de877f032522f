/// What a worker counts in the measured loop: round trips, in the buckets of ``LatencyHistogram``,
/// which takes the counts over without loss.
///
/// Memory is one zeroed block, of which only the touched pages become real.
struct LatencyRecorder {
  static let layout = HistogramLayout.threeDigits

  private(set) var completed: UInt64 = 0
  private(set) var sumNanoseconds: UInt64 = 0
  private(set) var minNanoseconds: UInt64 = .max
  private(set) var maxNanoseconds: UInt64 = 0
  /// When the last of them came back, on the monotonic clock.
  private(set) var lastCompletion: UInt64 = 0
  let counts: UnsafeMutablePointer<UInt64>

  init() {
    counts = .allocate(capacity: Self.layout.bucketCount)
    counts.initialize(repeating: 0, count: Self.layout.bucketCount)
  }

  func deallocate() {
    counts.deallocate()
  }

  /// Counts a round trip that took from `start` to `end`.
  @inline(__always)
  mutating func record(from start: UInt64, to end: UInt64) {
    let nanoseconds = min(end &- start, HistogramLayout.highest)
    counts[Self.layout.index(of: nanoseconds)] &+= 1
    completed &+= 1
    sumNanoseconds &+= nanoseconds
    if nanoseconds < minNanoseconds { minNanoseconds = nanoseconds }
    if nanoseconds > maxNanoseconds { maxNanoseconds = nanoseconds }
    lastCompletion = end
  }
}
