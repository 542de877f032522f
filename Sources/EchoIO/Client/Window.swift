/// When the window is, and what ends it: fixed before the workers start, read by all of them.
struct Window {
  /// On the run's clock, in nanoseconds.
  let start: UInt64
  /// `UInt64.max` when the window ends with a number of messages.
  let end: UInt64
  /// Messages per worker; `UInt64.max` when the window ends with the clock.
  let messages: UInt64
  /// The start in nanoseconds since 1970.
  let startUnix: UInt64

  init(from now: UInt64, _ workload: Workload) {
    start = now + workload.warmup.nanoseconds
    startUnix = unixNow() + workload.warmup.nanoseconds
    switch workload.stopRule {
    case .duration(let duration):
      end = start + duration.nanoseconds
      messages = .max
    case .messages(let count):
      end = .max
      messages = UInt64(count)
    }
  }
}
