/// The numbers of pairs at which a comparison is looked at for a verdict. The first that comes
/// stands.
///
/// Who looks after every round until something shows will be shown something: with A/A pairs, 95 %
/// and rounds 8 to 60, in one comparison of five. Few looks, fixed beforehand and each at 99.9 %,
/// keep that to 0.3 %.
///
/// Between two looks nothing is decided. A difference of 20 % shows after 20 rounds on average, one
/// of 5 % hardly ever.
struct Looks: Equatable, Sendable {
  /// Ascending, each half as many again as the one before.
  static let standard = [8, 12, 18, 27, 40, 60]

  /// Ascending, at least one, each at least 1.
  let counts: [Int]

  /// Those of the standard within a suite's fewest and most rounds. The most rounds are always the
  /// last look, so that a suite of 20 rounds, fixed, has one look at all of them.
  init(from fewest: Int = 8, through most: Int = 60) {
    precondition(1 <= fewest && fewest <= most, "the most rounds are not below the fewest")
    counts = Self.standard.filter { fewest <= $0 && $0 < most } + [most]
  }

  /// What was decided of a comparison, and when.
  struct Decision: Equatable, Sendable {
    let verdict: Verdict
    /// The pairs it was decided by; all there are while undecided.
    let pairs: Int
    /// The ratio by these pairs.
    let ratio: LogEstimate
  }

  /// The decisions on all comparisons of one metric, in the order given.
  ///
  /// What is pooled at a look is a matter of rounds: when a comparison has its k-th pair in round r,
  /// every comparison of the suite is moderated by its own pairs up to and with round r. So a
  /// verdict depends only on rounds that were over when it was given: whatever is measured later, it
  /// stands, and a log that is read again, or continued, gives the same. (Pooling the first k pairs
  /// of each would not: one that lagged behind would change the others' past.)
  func decisions(on comparisons: [RoundPairs], better: Verdict.Better) -> [Decision] {
    var ratios: [Int: [LogEstimate]] = [:]
    func ratio(of comparison: Int, through round: Int) -> LogEstimate {
      let all = ratios[round] ?? LogEstimate.ratios(of: comparisons, through: round)
      ratios[round] = all
      return all[comparison]
    }
    return comparisons.indices.map { comparison in
      let pairs = comparisons[comparison].pairs
      for count in counts where count <= pairs.count {
        let ratio = ratio(of: comparison, through: pairs[count - 1].round)
        let verdict = Verdict(ratio, better: better)
        if verdict != .undecided {
          return Decision(verdict: verdict, pairs: count, ratio: ratio)
        }
      }
      return Decision(
        verdict: .undecided, pairs: pairs.count, ratio: ratio(of: comparison, through: .max))
    }
  }
}
