/// A ratio with its interval against a reference row, and what may be concluded from it.
///
/// Both are as of the look that decided (``Looks``); as of all rounds while nothing is decided. A
/// verdict that came at 12 rounds stands beside the interval of these 12 rounds.
struct Comparison: Equatable, Sendable {
  /// new/base. Nil where so many rounds stalled that no ratio can be given.
  let value: Double?
  /// Of the ratio, 95 %. Nil where there is no ratio, or a single round.
  let interval: Interval?
  let verdict: Verdict
  /// Rounds that it was decided by, of those that have both rows.
  let rounds: Int

  private init(_ decision: Looks.Decision) {
    value = decision.ratio.figure
    interval = decision.ratio.interval()
    verdict = decision.verdict
    rounds = decision.pairs
  }

  /// One figure of every pair of rows that a suite compares, all at once: how much ratios vary is
  /// learnt from all of them. Nil for a pair without a common round.
  static func all(
    of pairs: [(new: Series, base: Series)], better: Verdict.Better, looks: Looks
  ) -> [Comparison?] {
    let rounds = pairs.map { RoundPairs(new: $0.new.byRound, base: $0.base.byRound) }
    return zip(rounds, looks.decisions(on: rounds, better: better)).map { rounds, decision in
      rounds.pairs.isEmpty && rounds.bothZero == 0 ? nil : Comparison(decision)
    }
  }
}
