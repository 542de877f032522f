/// Reads what a server uses, again and again, on its own machine: for clients that are on others.
public struct Observation {
  let process: Int32
  let interval: TimeSpan
  /// nil for until something else ends it.
  let end: Moment?
  let stop: StopSignal

  public enum Ending: Sendable {
    /// The moment has come.
    case over
    case stopped
    /// The process has ended.
    case ended
  }

  public init(of process: Int32, every interval: TimeSpan, until end: Moment?, or stop: StopSignal)
  {
    self.process = process
    self.interval = interval
    self.end = end
    self.stop = stop
  }

  /// Reads at once, then after each interval, and at the end.
  /// - Parameter tell: is given each reading; false ends it.
  public func run(_ tell: (ServerReading) throws -> Bool) rethrows -> Ending {
    var next = monotonicNow()
    while true {
      guard let reading = ServerReading(of: process) else { return .ended }
      guard try tell(reading) else { return .stopped }
      if stop.isFired { return .stopped }
      if let end, reading.unix >= end.unixNanoseconds { return .over }
      let now = monotonicNow()
      // Readings that are late are left out, and not made up for.
      next = max(next + interval.nanoseconds, now)
      var wait = next - now
      if let end { wait = min(wait, end.unixNanoseconds - min(end.unixNanoseconds, unixNow())) }
      stop.wait(timeout: TimeSpan(nanoseconds: wait))
    }
  }
}
