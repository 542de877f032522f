public import EchoIO

extension ClientReport {
  /// A row for each interval, for people; nil without intervals.
  public var intervalTable: Table? {
    guard let intervals else { return nil }
    var table = Table([
      .init("Second"), .init("Messages/s"), .init("p50 µs"), .init("p99 µs"), .init("max µs"),
      .init("Errors"),
    ])
    for interval in intervals {
      table.append([
        fixed(Double(interval.start) / 1e9, 2),
        interval.messagesPerSecond.map { fixed($0, 0) } ?? "–",
        interval.latency.microseconds("50"), interval.latency.microseconds("99"),
        interval.latency.max.map { fixed(Double($0) / 1000, 1) } ?? "–", "\(interval.errors)",
      ])
    }
    return table
  }

  /// The same as raw figures, for CSV: nanoseconds.
  public var flatIntervalTable: Table? {
    guard let intervals else { return nil }
    let names = Self.percentiles.map { "latency_p\($0)_ns" }
    var table = Table(
      ([
        "start_ns", "duration_ns", "completed", "messages_per_second", "errors", "latency_min_ns",
        "latency_mean_ns",
      ] + names + ["latency_max_ns", "hdr_v2"]).map { .init($0) })
    for interval in intervals {
      let latency = interval.latency
      let percentiles = Self.percentiles.map { name in
        (latency.percentiles[name] ?? nil).map { "\($0)" } ?? ""
      }
      table.append(
        [
          "\(interval.start)", "\(interval.duration)", "\(interval.completed)",
          interval.messagesPerSecond.map { fixed($0, 3) } ?? "", "\(interval.errors)",
          latency.min.map { "\($0)" } ?? "", latency.mean.map { fixed($0, 1) } ?? "",
        ] + percentiles + [latency.max.map { "\($0)" } ?? "", latency.hdrV2 ?? ""])
    }
    return table
  }
}

extension ClientReport.Interval {
  /// A line for who watches the run: when the interval ended, and what was in it.
  public var line: String {
    let end = fixed(Double(start + duration) / 1e9, 2)
    let rate = fixed(messagesPerSecond ?? 0, 0)
    return "\(end.aligned(to: 8)) s \(rate.aligned(to: 9)) messages/s"
      + "  p50 \(latency.microseconds("50").aligned(to: 8))"
      + "  p99 \(latency.microseconds("99").aligned(to: 8)) µs  errors \(errors)"
  }
}

extension ClientReport.Latency {
  fileprivate func microseconds(_ percentile: String) -> String {
    (percentiles[percentile] ?? nil).map { fixed(Double($0) / 1000, 1) } ?? "–"
  }
}
