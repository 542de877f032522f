import EchoIO
import Foundation
import Laws
import Testing

@testable import EchoSuite

/// What a comparison says does not depend on which of the two is called new, nor on the unit.
struct VerdictLawTests {
  @Test func `swapping the two sides mirrors every verdict`() throws {
    try forAll(300) {
      $0.pairs()
    } holds: { pairs in
      for better in [Verdict.Better.higher, .lower] {
        let forth = Comparison.all(of: pairs.map { ($0, $1) }, better: better, looks: Looks())
        let back = Comparison.all(of: pairs.map { ($1, $0) }, better: better, looks: Looks())
        for (one, other) in zip(forth, back) { try holdMirrored(one, other, better.rawValue) }
      }
    }
  }

  @Test func `doubling every figure changes no verdict`() throws {
    try forAll(300) {
      ($0.pairs(), factor: $0.one(of: [0.5, 2, 1024]))
    } holds: { pairs, factor in
      for better in [Verdict.Better.higher, .lower] {
        let once = Comparison.all(of: pairs.map { ($0, $1) }, better: better, looks: Looks())
        let twice = Comparison.all(
          of: pairs.map { ($0.scaled(by: factor), $1.scaled(by: factor)) }, better: better,
          looks: Looks())
        for (one, other) in zip(once, twice) { try holdSame(other, one, better.rawValue) }
      }
      let rows = pairs.flatMap { [$0, $1] }
      for (one, other) in zip(
        Estimate.all(of: rows), Estimate.all(of: rows.map { $0.scaled(by: factor) }))
      {
        try holdNear(other?.value, (one?.value).map { $0 * factor }, "the figure")
        try holdNear(other?.precision, one?.precision, "its precision")
      }
    }
  }

  /// How far ratios vary is learnt from all of them; what they are is not.
  @Test func `another server changes no ratio of the others`() throws {
    try forAll(300) {
      ($0.pairs(), $0.pairs())
    } holds: { pairs, others in
      let few = pairs.map { RoundPairs(new: $0.byRound, base: $1.byRound) }
      let more = others.map { RoundPairs(new: $0.byRound, base: $1.byRound) }
      let alone = LogEstimate.ratios(of: few)
      let beside = LogEstimate.ratios(of: few + more)
      for (one, other) in zip(alone, beside) {
        try holdEqual(other.centre, one.centre)
        try holdEqual(
          [other.count, other.zeros, other.infinities], [one.count, one.zeros, one.infinities])
      }
    }
  }
}

extension Series {
  fileprivate func scaled(by factor: Double) -> Series {
    Series(points: points.map { Point(round: $0.round, time: $0.time, value: $0.value * factor) })
  }
}

extension Draw {
  /// Rows and those that they are compared with: near to each other or not, steady or not, with rounds
  /// that are missing, and rounds that stalled.
  fileprivate mutating func pairs() -> [(new: Series, base: Series)] {
    let rounds = int(1...30)
    return list(1...5) { draw in
      let (ratio, noise) = (draw.double(-0.4...0.4), draw.double(0.001...0.2))
      let stalls = draw.chance(30) ? draw.int(1...40) : 0
      func series(_ centre: Double) -> Series {
        Series(
          points: (1...rounds).compactMap { round in
            if draw.chance(5) { return nil }
            let value = draw.chance(stalls) ? 0 : exp(centre + draw.double(-noise...noise))
            return Series.Point(
              round: round, time: Double(round) + draw.double(0...0.5), value: value)
          })
      }
      let base = draw.double(-5...12)
      return (series(base + ratio), series(base))
    }
  }
}
