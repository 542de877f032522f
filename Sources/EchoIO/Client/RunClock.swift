/// Where the moments of a run come from: the monotonic clock, or in tests one that they set.
///
/// The measured loops are generic over it, so that what they are compiled to for
/// ``MonotonicClock`` reads the time in the vDSO and knows of no other clock.
protocol RunClock: Sendable {
  /// In nanoseconds, from any origin.
  func now() -> UInt64
  /// How long to wait in the kernel for a moment of this clock before asking it again.
  var longestWait: TimeSpan { get }
}

/// CLOCK_MONOTONIC.
struct MonotonicClock: RunClock {
  @inline(__always)
  func now() -> UInt64 { monotonicNow() }

  var longestWait: TimeSpan { .seconds(3600) }
}
