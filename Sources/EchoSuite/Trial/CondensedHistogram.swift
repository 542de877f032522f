internal import EchoIO

extension ClientReport {
  /// The same with its histogram at one digit, for a log of thousands of trials: a tenth of the size.
  ///
  /// Percentiles, extremes and mean stay as the client gave them, with three digits or exact; what is
  /// read from the histogram later, such as the merged latencies of a row, has buckets of 3 to 6 %.
  /// - Throws: `HistogramError` when it is none, or does not fit what stands beside it.
  func condensed() throws(HistogramError) -> ClientReport {
    guard let encoded = latency.hdrV2, let min = latency.min, let max = latency.max,
      let mean = latency.mean
    else { return self }
    let histogram = try LatencyHistogram(decoding: encoded, min: min, max: max, mean: mean)
    var report = self
    report.latency.hdrV2 = histogram.reduced(to: .oneDigit).encodedV2
    return report
  }
}
