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

extension RunClock {
  /// What a moment of this clock is to be increased by to be one since 1970, in nanoseconds; wraps around.
  ///
  /// Two clocks cannot be read at once, and between the two readings this process may have to wait for
  /// a CPU: of several tries that counts which took least.
  var toUnix: UInt64 {
    var (least, difference) = (UInt64.max, UInt64(0))
    for _ in 0..<8 {
      let before = now()
      let unix = unixNow()
      let took = now() &- before
      if took < least { (least, difference) = (took, unix &- before &- took / 2) }
    }
    return difference
  }
}

/// CLOCK_MONOTONIC.
struct MonotonicClock: RunClock {
  @inline(__always)
  func now() -> UInt64 { monotonicNow() }

  var longestWait: TimeSpan { .seconds(3600) }
}
