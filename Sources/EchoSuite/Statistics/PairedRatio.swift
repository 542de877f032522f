/// How one scenario relates to another: new/base, taken round by round.
///
/// A round's trials run within minutes of each other, so what slows the whole machine for a while
/// slows both and cancels in their ratio, where it would widen the interval of either alone.
struct PairedRatio: Equatable, Sendable {
  /// One ratio for every round that has both scenarios.
  let ratios: Sample
  /// The order-statistic interval of the ratios' median.
  let interval: Interval

  /// Pairs the values of two scenarios by their round's number.
  ///
  /// Dropped are rounds that only one of the two has (the other's trial was invalid, or never ran)
  /// and rounds in which a value isn't above 0, so that a ratio or its inverse is missing: the same
  /// rounds count when the two are swapped. `nil` when no round is left.
  init?(
    new: [Int: Double],
    base: [Int: Double],
    confidence: Double = Interval.defaultConfidence
  ) {
    let paired = new.compactMap { round, value -> Double? in
      guard let reference = base[round], reference > 0, value > 0 else { return nil }
      let ratio = value / reference
      return ratio.isNormal ? ratio : nil
    }
    guard let ratios = Sample(paired) else { return nil }
    self.ratios = ratios
    self.interval = ratios.medianInterval(confidence: confidence)
  }

  /// Pairs two rows by round; nil when no round is left.
  init?(new: Series, base: Series) {
    self.init(new: new.byRound, base: base.byRound)
  }

  /// The number of rounds that could be paired, at least 1.
  var rounds: Int { ratios.count }

  /// The typical ratio new/base: above 1 when new has the higher value, be that good or bad.
  var median: Double { ratios.median }
}
