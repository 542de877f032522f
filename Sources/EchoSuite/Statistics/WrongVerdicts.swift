/// How many wrong verdicts to expect among many comparisons.
enum WrongVerdicts {
  /// The probability that a comparison of two equal scenarios is called *better* or *worse* at one
  /// look.
  static let ratePerLook = 1 - Verdict.differenceConfidence
  /// The same over the six standard looks: they share their pairs, so it is less than six times as
  /// much. Simulated, with 20 comparisons moderated together: 0.0027 where ties end most of them
  /// before the last look, 0.0029 where the noise allows none.
  static let rate = 0.003

  /// The differences to expect by chance if all that is compared were equal, which is the most
  /// there can be: what does differ can't be called different by mistake.
  ///
  /// Wrong ties are not in it. One needs a true difference beyond the margin: of 10 % it happens to
  /// 6 in 100 comparisons, of 15 % to 2 in 1000.
  ///
  /// - Parameters:
  ///   - comparisons: how many were made, over all metrics.
  ///   - looks: how often each was looked at.
  static func expected(comparisons: Int, looks: Looks = Looks()) -> Double {
    let extra = Double(max(0, looks.counts.count - Looks.standard.count))
    let most = ratePerLook * Double(looks.counts.count)
    return Double(comparisons) * min(most, rate + ratePerLook * extra)
  }

  /// The confidence of each of many comparisons in which a difference ends something: that of any
  /// difference, and with more than 50 as much as holds all of them to one wrong in twenty times
  /// (Bonferroni).
  static func confidence(ofAll comparisons: Int) -> Double {
    max(Verdict.differenceConfidence, 1 - 0.05 / Double(max(1, comparisons)))
  }
}
