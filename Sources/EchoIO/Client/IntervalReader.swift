/// The coordinator's side of the intervals: takes them when they are whole, keeps them encoded, and
/// tells whoever watches the run.
struct IntervalReader {
  private let series: IntervalSeries?
  private let window: Window
  private let tell: (ClientReport.Interval) -> Void
  private var intervals: [ClientReport.Interval] = []

  init(
    _ series: IntervalSeries?, of window: Window, tell: @escaping (ClientReport.Interval) -> Void
  ) {
    self.series = series
    self.window = window
    self.tell = tell
  }

  /// Readable when there is something to read; -1, which poll(2) passes over, without intervals.
  var descriptor: Int32 { series?.descriptor ?? -1 }

  /// How long the last was that has been cut short is not known yet: it is not told, and the report comes
  /// at once.
  mutating func read() {
    for recorded in series?.take() ?? [] {
      let index = intervals.count
      let end = window.end(of: index)
      let start = window.start(of: index)
      let interval = ClientReport.Interval(
        recorded, start: start - window.start, duration: end - start)
      intervals.append(interval)
      let isCutShort = recorded.isLast && end < window.end
      if !isCutShort { tell(interval) }
    }
  }

  /// All of them, in a window of `duration` nanoseconds; nil for a run without.
  func all(in duration: UInt64) -> [ClientReport.Interval]? {
    guard series != nil else { return nil }
    return intervals.compactMap { $0.cut(at: duration) }
  }
}

extension ClientReport.Interval {
  init(_ recorded: RecordedInterval, start: UInt64, duration: UInt64) {
    self.start = start
    self.duration = duration
    errors = recorded.errors
    let response = recorded.latencies[.responseTime]
    let service = recorded.latencies[.serviceTime]
    let histogram = response ?? service ?? LatencyHistogram()
    completed = histogram.count
    latency = ClientReport.Latency(histogram, response == nil ? .serviceTime : .responseTime)
    if response != nil { self.service = service.map { ClientReport.Latency($0, .serviceTime) } }
    connects = recorded.latencies[.connectTime].map { ClientReport.Latency($0, .connectTime) }
    setRate()
  }

  /// As much of it as is in the window; nil when that is nothing.
  fileprivate func cut(at windowEnd: UInt64) -> Self? {
    guard start < windowEnd || completed > 0 else { return nil }
    var interval = self
    interval.duration = min(duration, windowEnd - min(windowEnd, start))
    interval.setRate()
    return interval
  }

  private mutating func setRate() {
    messagesPerSecond = duration > 0 ? Double(completed) / (Double(duration) / 1e9) : nil
  }
}
