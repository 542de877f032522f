import Foundation
import Testing

@testable import EchoSuite

struct LooksTests {
  @Test(arguments: [
    (8, 60, [8, 12, 18, 27, 40, 60]), (20, 20, [20]), (10, 30, [12, 18, 27, 30]),
    (8, 100, [8, 12, 18, 27, 40, 60, 100]), (1, 5, [5]), (12, 12, [12]),
  ])
  func `looks are within a suite's rounds, and the last is at all of them`(
    fewest: Int, most: Int, counts: [Int]
  ) {
    #expect(Looks(from: fewest, through: most).counts == counts)
  }

  @Test func `ratios pair common rounds only`() {
    let pairs = RoundPairs(new: [5: 8, 1: 4, 2: 6], base: [2: 3, 5: 2, 4: 1])
    #expect(pairs.pairs.map(\.round) == [2, 5])
    #expect(pairs.logRatios() == [log(6) - log(3), log(8) - log(2)])
    #expect(pairs.logRatios(through: 4).count == 1)
    #expect(RoundPairs(new: [1: .nan, 2: -1], base: [1: 1, 2: 1]).pairs.isEmpty)
  }

  @Test func `the first verdict stands`() {
    // Twice as fast for 8 rounds, then not at all.
    let logRatios = (0..<60).map { round -> Double in
      let noise = 0.001 * Double(round % 3)
      return round < 8 ? log(2) + noise : noise
    }
    let pairs = pairs(logRatios)
    let decision = Looks().decisions(on: [pairs], better: .higher)[0]
    #expect(decision.verdict == .better)
    #expect(decision.pairs == 8)
    #expect(decision.ratio.count == 8)
  }

  @Test func `between two looks nothing is decided`() {
    for (count, decided) in [(7, 0), (8, 8), (9, 8), (11, 8)] {
      let steady = pairs((0..<count).map { 0.01 * Double($0 % 2) })
      let decision = Looks().decisions(on: [steady], better: .higher)[0]
      #expect((decision.verdict == .undecided) == (decided == 0), "\(count) pairs")
      if decided > 0 { #expect(decision.pairs == decided) }
    }
  }

  @Test func `without a verdict all pairs are in the ratio`() {
    let noisy = pairs((0..<23).map { Double($0 % 2) })
    let decision = Looks().decisions(on: [noisy], better: .higher)[0]
    #expect(decision.verdict == .undecided)
    #expect(decision.pairs == 23)
    #expect(decision.ratio.count == 23)
    let none = Looks().decisions(on: [pairs([])], better: .higher)[0]
    #expect(none.verdict == .undecided && none.pairs == 0 && none.ratio.figure == nil)
  }

  /// Rounds are missing here and there, and one comparison ends early.
  @Test func `whatever is measured later, a verdict stands`() {
    var random = Sampler(seed: 88)
    for _ in 0..<5 {
      let comparisons = (0..<6).map { comparison -> [Int: Double] in
        let rounds = (1...(comparison == 0 ? 14 : 60)).filter { _ in random.uniform() < 0.9 }
        var values: [Int: Double] = [:]
        for round in rounds {
          values[round] = exp(0.05 * Double(comparison) + 0.15 * random.normal())
        }
        return values
      }
      func decisions(through last: Int) -> [Looks.Decision] {
        let seen = comparisons.map { values in
          RoundPairs(new: values.filter { $0.key <= last }, base: values.mapValues { _ in 1 })
        }
        return Looks().decisions(on: seen, better: .lower)
      }
      let final = decisions(through: 60)
      for last in stride(from: 8, to: 60, by: 3) {
        for (early, late) in zip(decisions(through: last), final)
        where early.verdict != .undecided {
          #expect(early == late)
        }
      }
    }
  }

  @Test func `swapping the two mirrors every decision`() {
    var random = Sampler(seed: 99)
    let news = (0..<8).map { comparison -> [Double] in
      (0..<60).map { _ in exp(0.04 * Double(comparison) + 0.2 * random.normal()) }
    }
    let rounds = Dictionary(uniqueKeysWithValues: (0..<60).map { ($0, 1.0) })
    let byRound = news.map { Dictionary(uniqueKeysWithValues: zip(0..., $0)) }
    let forth = Looks().decisions(
      on: byRound.map { RoundPairs(new: $0, base: rounds) }, better: .higher)
    let back = Looks().decisions(
      on: byRound.map { RoundPairs(new: rounds, base: $0) }, better: .higher)
    for (one, other) in zip(forth, back) {
      #expect(one.pairs == other.pairs)
      switch one.verdict {
      case .better: #expect(other.verdict == .worse)
      case .worse: #expect(other.verdict == .better)
      case .undecided: #expect(other.verdict == .undecided)
      case .tie(let bound):
        guard case .tie(let mirrored) = other.verdict else {
          Issue.record("a tie is one both ways")
          continue
        }
        #expect(abs(bound - mirrored) < 1e-12)
      }
    }
    #expect(Set(forth.map(\.verdict.description)).count > 1)
  }

  @Test func `other comparisons moderate, in any order`() {
    var random = Sampler(seed: 77)
    let comparisons = (0..<5).map { _ in pairs((0..<12).map { _ in 0.1 * random.normal() }) }
    let looks = Looks()
    let forward = looks.decisions(on: comparisons, better: .higher)
    let backward = looks.decisions(on: comparisons.reversed(), better: .higher)
    for (one, other) in zip(forward, backward.reversed()) {
      #expect(one.verdict.description == other.verdict.description)
      #expect(one.pairs == other.pairs)
    }
    // Of 8 pairs 6 are kept: 5 degrees of its own, and 4 of the other comparisons.
    #expect(forward[0].pairs == 8)
    #expect(forward[0].ratio.variance?.degrees == 9)
  }

  @Test func `wrong verdicts are expected in proportion`() {
    #expect(WrongVerdicts.expected(comparisons: 0) == 0)
    #expect(abs(WrongVerdicts.expected(comparisons: 24) - 24 * 0.003) < 1e-12)
    let fixed = Looks(from: 20, through: 20)
    #expect(abs(WrongVerdicts.expected(comparisons: 100, looks: fixed) - 0.1) < 1e-12)
    let more = WrongVerdicts.expected(comparisons: 100, looks: Looks(through: 100))
    #expect(abs(more - 0.4) < 1e-12)
  }

  private func pairs(_ logRatios: [Double]) -> RoundPairs {
    let values = Dictionary(uniqueKeysWithValues: zip(1..., logRatios.map { exp($0) }))
    return RoundPairs(new: values, base: values.mapValues { _ in 1 })
  }
}
