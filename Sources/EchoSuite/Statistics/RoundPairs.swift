internal import Foundation

/// Two scenarios by round: ln(new ÷ base) of each round that has both.
///
/// A round's rows of a block run within seconds of each other, so that what slows the machine for a
/// while slows both. The values are taken as they were measured, without neighbour correction.
struct RoundPairs: Equatable, Sendable {
  /// One round's pair.
  struct Pair: Equatable, Sendable {
    let round: Int
    /// ln(new ÷ base): −∞ when only the new side was 0, ∞ when only the base was.
    let logRatio: Double
  }

  /// In ascending order of rounds.
  let pairs: [Pair]
  /// Rounds in which both were 0: they say nothing of which is which, and are no pairs.
  let bothZero: Int

  /// - Parameter pairs: in ascending order of rounds.
  init(pairs: [Pair], bothZero: Int = 0) {
    self.pairs = pairs
    self.bothZero = bothZero
  }

  /// - Parameters: values by round, at least 0 and finite; a round that only one side has, or of
  ///   which a value is no reading, is no pair.
  init(new: [Int: Double], base: [Int: Double]) {
    var pairs: [Pair] = []
    var bothZero = 0
    for round in new.keys.sorted() {
      guard let value = new[round], let reference = base[round], value.isFinite, value >= 0,
        reference.isFinite, reference >= 0
      else { continue }
      if value == 0 && reference == 0 {
        bothZero += 1
      } else {
        pairs.append(Pair(round: round, logRatio: log(value) - log(reference)))
      }
    }
    self.init(pairs: pairs, bothZero: bothZero)
  }

  /// new ÷ base by round, without those in which one of them was 0.
  var ratios: [(round: Int, ratio: Double)] {
    pairs.filter(\.logRatio.isFinite).map { ($0.round, exp($0.logRatio)) }
  }

  /// The logarithms of the pairs up to and with that round.
  func logRatios(through round: Int = .max) -> [Double] {
    pairs.prefix { $0.round <= round }.map(\.logRatio)
  }
}

extension LogEstimate {
  /// The ratios of all comparisons of one metric, moderated together, of the rounds up to and with
  /// `round`; in the order given. `figure` is the ratio, `zeros` are rounds in which only the new
  /// side stalled, `infinities` those in which only the base did.
  static func ratios(of comparisons: [RoundPairs], through round: Int = .max) -> [LogEstimate] {
    suite(comparisons.map { $0.logRatios(through: round) })
  }
}
