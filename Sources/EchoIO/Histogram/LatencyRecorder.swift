internal import Glibc

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

  /// - Throws: `SystemError` when there is no memory.
  init() throws(SystemError) {
    let (count, size) = (Self.layout.bucketCount, MemoryLayout<UInt64>.stride)
    // Zeroed by the kernel, page by page, when a page is first touched (calloc(3)).
    guard let memory = calloc(count, size) else {
      throw SystemError(
        "allocate \(ByteCount(count * size)) for a histogram", errno: ENOMEM,
        remedy: "Ask for fewer workers, or allow this process more memory (ulimit -v).")
    }
    counts = memory.bindMemory(to: UInt64.self, capacity: count)
  }

  func deallocate() {
    free(counts)
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

// At the end of an interval.

extension LatencyRecorder {
  /// Adds what another has counted.
  mutating func add(_ other: borrowing LatencyRecorder) {
    for index in other.touched { counts[index] &+= other.counts[index] }
    completed &+= other.completed
    sumNanoseconds &+= other.sumNanoseconds
    minNanoseconds = min(minNanoseconds, other.minNanoseconds)
    maxNanoseconds = max(maxNanoseconds, other.maxNanoseconds)
    lastCompletion = max(lastCompletion, other.lastCompletion)
  }

  /// Forgets everything. The memory stays.
  mutating func empty() {
    let touched = touched
    (counts + touched.lowerBound).update(repeating: 0, count: touched.count)
    (completed, sumNanoseconds, lastCompletion) = (0, 0, 0)
    (minNanoseconds, maxNanoseconds) = (.max, 0)
  }

  private var touched: Range<Int> {
    guard completed > 0 else { return 0..<0 }
    return Self.layout.index(of: minNanoseconds)..<Self.layout.index(of: maxNanoseconds) + 1
  }
}
