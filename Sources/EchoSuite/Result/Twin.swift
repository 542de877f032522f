internal import EchoIO

/// A scenario that ran twice under two names (A/A), as an alarm: where it differs from itself,
/// something is wrong with the suite or its machine, and no other difference can be trusted.
struct Twin: Sendable {
  let scenario: Scenario
  /// Of each metric that is compared: the ratio again/first over all its rounds.
  private let ratios: [Metric.Key: LogEstimate]
  private let pairs: [Metric.Key: RoundPairs]

  /// Nil when no scenario was measured twice.
  init?(_ summaries: [Summary]) {
    guard let again = summaries.first(where: \.scenario.isTwin),
      let first = summaries.first(where: {
        !$0.scenario.isTwin && $0.scenario.twin == again.scenario
      })
    else { return nil }
    scenario = first.scenario
    let pairs = Metric.compared.map { metric in
      (
        metric.key,
        RoundPairs(
          new: again.comparedSeries(metric).byRound, base: first.comparedSeries(metric).byRound)
      )
    }.filter { !$0.1.pairs.isEmpty }
    guard !pairs.isEmpty else { return nil }
    self.pairs = Dictionary(uniqueKeysWithValues: pairs)
    ratios = Dictionary(
      uniqueKeysWithValues: pairs.map { ($0, LogEstimate.ratios(of: [$1])[0]) })
  }

  subscript(metric: Metric) -> LogEstimate? { ratios[metric.key] }

  /// The ratio in each round that has both, as it was measured; nil where no round has.
  func pairs(_ metric: Metric) -> RoundPairs? { pairs[metric.key] }

  /// The metrics in which it differs from itself: their 99.9 % interval excludes 1.
  var differences: [Metric] {
    Metric.compared.filter { metric in
      guard
        let interval = self[metric]?.interval(confidence: Verdict.differenceConfidence)
      else { return false }
      return !interval.contains(1)
    }
  }
}

extension Twin {
  /// The 95 % interval of what servers are compared by first; nil where too few rounds have both.
  var headline: Interval? { self[.headline(of: scenario.load)]?.interval() }

  /// What may be said where it differs in nothing: rounds that are too few, or too unlike, show neither
  /// that it differs nor that it does not.
  var words: String {
    let isAlike = headline.map { 1 / Verdict.margin <= $0.lower && $0.upper <= Verdict.margin }
    return isAlike == true
      ? "One scenario ran twice under two names and does not differ from itself"
      : "One scenario ran twice under two names and is not shown to differ from itself, nor to be equal"
  }
}
