internal import EchoIO

extension ClientReport {
  /// The same with its histograms at one digit, for a log of thousands of trials: a tenth of the size.
  /// That of the send lag is left out: it tells of the client, and nothing is read from it later.
  ///
  /// Percentiles, extremes and mean stay as the client gave them, with three digits or exact; what is
  /// read from a histogram later, such as the merged latencies of a row, has buckets of 3 to 6 %.
  /// - Throws: `HistogramError` when one is none, or does not fit what stands beside it.
  func condensed() throws(HistogramError) -> ClientReport {
    var report = self
    report.latency = try latency.condensed()
    if let service { report.service = try service.condensed() }
    if let blocks { report.blocks = try blocks.condensed() }
    for (index, ofSize) in (sizes ?? []).enumerated() {
      report.sizes?[index].latency = try ofSize.latency.condensed()
    }
    if let connects { report.connects = try connects.condensed() }
    report.schedule?.sendLag.hdrV2 = nil
    return report
  }
}

extension ClientReport.Latency {
  fileprivate func condensed() throws(HistogramError) -> ClientReport.Latency {
    guard let hdrV2, let min, let max, let mean else { return self }
    let histogram = try LatencyHistogram(decoding: hdrV2, min: min, max: max, mean: mean)
    var latency = self
    latency.hdrV2 = histogram.reduced(to: .oneDigit).encodedV2
    return latency
  }
}
