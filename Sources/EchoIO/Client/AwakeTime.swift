/// How long a worker was there to see what comes: nobody is blamed for the silence of a time in
/// which this process was stopped, or its machine stood still.
///
/// It looks around at an interval. However late a look comes, it counts as two intervals at most,
/// and what has come meanwhile is read before the next: a timeout, of several, cannot pass without
/// that somebody listened.
struct AwakeTime {
  let interval: TimeSpan
  /// Nanoseconds awake by the last look.
  private(set) var now: UInt64 = 0
  private var lastLook: UInt64

  /// - Parameter moment: of the run's clock, as are the others.
  init(from moment: UInt64, interval: TimeSpan) {
    lastLook = moment
    self.interval = interval
  }

  var nextLook: UInt64 { lastLook + interval.nanoseconds }

  mutating func look(at moment: UInt64) {
    now += min(moment - lastLook, 2 * interval.nanoseconds)
    lastLook = moment
  }
}
