import Foundation
import Testing

@testable import EchoSuite

/// How often verdicts are right, by simulation with a fixed seed: suites of 20 comparisons whose
/// ln ratio has a standard deviation of 0.175, as pairs of short windows have.
struct VerdictSimulationTests {
  @Test func `equal scenarios are tied, and hardly ever called different`() {
    let shares = Shares(of: 1, suites: 180, seed: 9)
    #expect(abs(shares.better + shares.worse - 0.0025) < 0.002)
    #expect(abs(shares.tie - 0.955) < 0.01)
    #expect(abs(shares.undecided - 0.043) < 0.01)
  }

  @Test(arguments: [
    (1.05, 0.10, 0.55), (1.10, 0.685, 0.054), (1.15, 0.98, 0.002), (1.20, 1, 0),
  ])
  func `differences are found`(ratio: Double, better: Double, tie: Double) {
    let shares = Shares(of: ratio, suites: 50, seed: 10)
    // 3 standard deviations of the binomial of 1000 comparisons, and half a digit of what is
    // expected.
    func allowed(_ share: Double) -> Double { 0.095 * (share * (1 - share)).squareRoot() + 0.005 }
    #expect(abs(shares.better - better) < allowed(better))
    #expect(abs(shares.tie - tie) < allowed(tie))
    #expect(shares.worse == 0)
    if ratio == 1.20 { #expect(abs(shares.pairs - 20) < 1) }
  }

  /// The mistake that fixed looks are there to prevent.
  @Test func `who looks after every round at 95 percent finds what is not there`() {
    let quantiles = (1...60).map { StudentT(degrees: Double($0)).quantile(confidence: 0.95) }
    var random = Sampler(seed: 95)
    let comparisons = 2000
    var different = 0
    for _ in 0..<comparisons {
      var sample = GrowingSample()
      while sample.sorted.count < 60 {
        sample.insert(0.175 * random.normal())
        let count = sample.sorted.count
        guard count >= 8, let mean = TrimmedMean(sorted: sample.sorted),
          let variance = mean.variance
        else { continue }
        let halfWidth =
          quantiles[variance.degrees - 1] * (variance.value / Double(count)).squareRoot()
        if mean.centre.magnitude > halfWidth {
          different += 1
          break
        }
        if mean.centre.magnitude + halfWidth <= log(Verdict.margin) { break }
      }
    }
    let share = Double(different) / Double(comparisons)
    #expect(abs(share - 0.195) < 0.03)
    #expect(share > 20 * WrongVerdicts.rate)
  }
}

/// Which verdicts came how often, of comparisons whose true ratio is given.
private struct Shares {
  private(set) var better = 0.0
  private(set) var worse = 0.0
  private(set) var tie = 0.0
  private(set) var undecided = 0.0
  /// The mean number of pairs that a comparison took.
  private(set) var pairs = 0.0

  init(of ratio: Double, suites: Int, seed: UInt64) {
    var random = Sampler(seed: seed)
    let looks = Looks()
    let comparisons = Double(20 * suites)
    let rounds = 1...60
    for _ in 0..<suites {
      let suite = (0..<20).map { _ in
        RoundPairs(
          pairs: rounds.map {
            RoundPairs.Pair(round: $0, logRatio: log(ratio) + 0.175 * random.normal())
          })
      }
      for decision in looks.decisions(on: suite, better: .higher) {
        switch decision.verdict {
        case .better: better += 1 / comparisons
        case .worse: worse += 1 / comparisons
        case .tie: tie += 1 / comparisons
        case .undecided: undecided += 1 / comparisons
        }
        pairs += Double(decision.pairs) / comparisons
      }
    }
  }
}
