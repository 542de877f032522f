public import EchoIO

extension ClientReport {
  /// The window's latencies as `.hgrm`; nil when there are none, as where the run is no measurement.
  public var percentileDistribution: PercentileDistribution? {
    latency.histogram.map { PercentileDistribution($0) }
  }

  /// The window, or each of its intervals, as an interval log; nil where there is nothing in it.
  public var intervalLog: IntervalLog? {
    guard latency.histogram != nil else { return nil }
    var log = IntervalLog(start: window.startUnix)
    if let intervals {
      for interval in intervals {
        for latency in [interval.latency, interval.service, interval.connects].compactMap(\.self) {
          log.append(latency, start: interval.start, duration: interval.duration)
        }
      }
    } else {
      for latency in [latency, service, connects].compactMap(\.self) {
        log.append(latency, start: 0, duration: window.duration)
      }
    }
    return log
  }
}

extension ClientReport.Latency {
  /// nil when nothing was recorded.
  var histogram: LatencyHistogram? {
    guard let hdrV2, let min, let max, let mean else { return nil }
    return try? LatencyHistogram(decoding: hdrV2, min: min, max: max, mean: mean)
  }
}

extension IntervalLog {
  fileprivate mutating func append(
    _ latency: ClientReport.Latency, start: UInt64, duration: UInt64
  ) {
    append(
      tag: latency.kind, start: start, duration: duration, max: latency.max ?? 0,
      histogram: latency.hdrV2 ?? LatencyHistogram().encodedV2)
  }
}
