/// When the window is, and what ends it: fixed before the workers start, read by all of them.
struct Window {
  /// On the run's clock, in nanoseconds.
  let start: UInt64
  /// `UInt64.max` when the window ends with a number of messages.
  let end: UInt64
  /// Messages per worker; `UInt64.max` when the window ends with the clock.
  let messages: UInt64
  /// How long its intervals are, in nanoseconds; nil when it is recorded in one piece.
  private let interval: UInt64?
  /// How long the load goes on behind it, in nanoseconds.
  private let cooldown: UInt64

  /// - Parameter moment: when the load begins, on the run's clock.
  init(from moment: UInt64, _ workload: Workload) {
    start = moment + workload.warmup.nanoseconds
    interval = workload.interval?.nanoseconds
    cooldown = workload.cooldown.nanoseconds
    switch workload.stopRule {
    case .duration(let duration):
      end = start + duration.nanoseconds
      messages = .max
    case .messages(let count):
      end = .max
      messages = UInt64(count)
    }
  }

  /// When the load ends; with the window, where messages end that.
  var loadEnd: UInt64 { end == .max ? end : end + cooldown }

  /// When an interval begins, from number 0: the same for all workers.
  func start(of index: Int) -> UInt64 { start + UInt64(index) * (interval ?? 0) }

  /// When it ends: the last is as long as is left.
  func end(of index: Int) -> UInt64 { interval == nil ? end : min(end, start(of: index + 1)) }
}
