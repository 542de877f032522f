/// Reads what a server uses, again and again, on its own machine: for clients that are on others.
public struct Observation {
  let process: Int32
  let interval: TimeSpan
  /// nil for until something else ends it.
  let end: End?
  let stop: StopSignal
  /// Nanoseconds since 1970, by the clock that the machine shows.
  private let wallNow: () -> UInt64

  public enum End: Sendable {
    /// When the machine's clock shows that, whoever sets it meanwhile.
    case at(Moment)
    /// So long after the first reading, by a clock that nobody sets.
    case after(TimeSpan)
  }

  public enum Ending: Sendable {
    /// The moment has come.
    case over
    case stopped
    /// The process has ended.
    case ended
  }

  public init(of process: Int32, every interval: TimeSpan, until end: End?, or stop: StopSignal) {
    self.init(of: process, every: interval, until: end, or: stop, wallNow: unixNow)
  }

  init(
    of process: Int32, every interval: TimeSpan, until end: End?, or stop: StopSignal,
    wallNow: @escaping () -> UInt64
  ) {
    self.process = process
    self.interval = interval
    self.end = end
    self.stop = stop
    self.wallNow = wallNow
  }

  /// Reads at once, then after each interval, and at the end.
  /// - Parameter tell: is given each reading; false ends it.
  /// - Throws: what `tell` does, and `SystemError` where there is no descriptor or memory to look with.
  public func run(_ tell: (ServerReading) throws -> Bool) throws -> Ending {
    let start = monotonicNow()
    var next = start
    while true {
      let isLast = left(since: start) == 0
      guard let reading = try ServerReading(of: process) else { return .ended }
      guard try tell(reading) else { return .stopped }
      if stop.isFired { return .stopped }
      if isLast { return .over }
      let now = monotonicNow()
      // Readings that are late are left out, and not made up for.
      next = max(next + interval.nanoseconds, now)
      stop.wait(timeout: TimeSpan(nanoseconds: min(next - now, left(since: start))))
    }
  }

  /// Nanoseconds until its end, of what began at `start`.
  private func left(since start: UInt64) -> UInt64 {
    switch end {
    case .at(let moment): moment.unixNanoseconds - min(moment.unixNanoseconds, wallNow())
    case .after(let span): span.nanoseconds - min(span.nanoseconds, monotonicNow() - start)
    case nil: .max
    }
  }
}
