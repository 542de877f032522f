extension Estimate {
  /// Shares between 0 and 1 of every row of a suite, all at once: trimmed means with moderated
  /// variances as of ``all(of:)``, but of the values themselves. A share of nothing has no logarithm.
  ///
  /// They are not corrected for the moment: what takes idle time from one row takes none from a
  /// row that has none. Their noise is about as large in all rows (a standard deviation of 0.02 to
  /// 0.06 on two CPUs) but near 0 and 1, where the suite's variance makes an interval too wide rather
  /// than too narrow. What reaches beyond 0 or 1 of it is cut off.
  static func shares(of rows: [Series]) -> [Estimate?] {
    let isAlone = rows.count { !$0.points.isEmpty } == 1
    guard !isAlone else { return rows.map { Estimate(medianOf: $0.values) } }
    let means = rows.map { TrimmedMean($0.values) }
    let variances = Variance.moderated(means.map { $0?.variance })
    return rows.indices.map { row in
      means[row].map { mean in
        Estimate(
          share: mean.centre, halfWidth: variances[row]?.halfWidth(ofMeanOf: mean.count),
          spread: Sample(rows[row].values)?.spread)
      }
    }
  }

  private init(share: Double, halfWidth: Double?, spread: Double?) {
    self.init(
      value: share,
      interval: halfWidth.map {
        Interval(
          lower: max(0, share - $0), upper: max(share, min(1, share + $0)),
          coverage: Interval.defaultConfidence)
      },
      spread: spread, method: .share)
  }
}
