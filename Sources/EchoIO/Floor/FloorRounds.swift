/// How often everything is repeated: a round has one repetition of each, so that a moment in which the
/// machine is elsewhere meets all of them alike, and the medians none.
enum FloorRounds {
  /// A median of fewer says little.
  static let fewest = 5
  /// More would say the same.
  static let most = 51

  /// Takes rounds until the time is over.
  /// - Returns: false when `stop` fired first.
  static func take(
    within time: TimeSpan, until stop: StopSignal?, by clock: some RunClock = MonotonicClock(),
    _ round: () throws(SystemError) -> Void
  ) throws(SystemError) -> Bool {
    let start = clock.now()
    for done in 0..<most {
      if stop?.isFired == true { return false }
      if done >= fewest, clock.now() - start >= time.nanoseconds { break }
      try round()
    }
    return true
  }
}

/// Does something `count` times, and tells how many nanoseconds each took.
/// - Parameters:
///   - call: what an error names.
///   - now: the clock.
///   - work: gets the count, and returns 0 or -errno.
func repetition(
  of call: String, _ count: Int, by now: () -> UInt64 = threadCPUNow, _ work: (Int) -> Int
) throws(SystemError) -> Double {
  let start = now()
  let result = work(count)
  let end = now()
  guard result == 0 else { throw SystemError(call, errno: Int32(-result)) }
  return Double(end - start) / Double(count)
}
