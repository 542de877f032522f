import Testing

@testable import EchoSuite

struct VerdictTests {
  struct Case: Sendable {
    let equivalence: (Double, Double)
    let difference: (Double, Double)
    let verdict: Verdict
  }

  static let cases = [
    Case(equivalence: (0.94, 1.07), difference: (0.90, 1.12), verdict: .tie(within: 0.07)),
    Case(equivalence: (0.92, 1.12), difference: (0.85, 1.2), verdict: .undecided),
    Case(equivalence: (1.02, 1.09), difference: (1.01, 1.10), verdict: .better),
    Case(equivalence: (1.02, 1.09), difference: (0.99, 1.12), verdict: .tie(within: 0.09)),
    Case(equivalence: (1.03, 1.2), difference: (0.98, 1.26), verdict: .undecided),
    // Ends that are just reached.
    Case(equivalence: (1, 1.10), difference: (1, 1.2), verdict: .tie(within: 0.10)),
    Case(equivalence: (0.7, 0.9), difference: (0.6, 0.99), verdict: .worse),
    Case(equivalence: (0.90, 1), difference: (0.8, 1.1), verdict: .undecided),
  ]

  @Test(arguments: cases)
  func `a verdict is what both intervals allow`(example: Case) {
    #expect(same(verdict(example.equivalence, example.difference, .higher), example.verdict))
  }

  @Test(arguments: cases)
  func `swapping the two mirrors a verdict`(example: Case) {
    let swapped = verdict(mirror(example.equivalence), mirror(example.difference), .higher)
    #expect(same(swapped, mirror(example.verdict)))
  }

  @Test(arguments: cases)
  func `where lower is better, better is worse`(example: Case) {
    let lower = verdict(example.equivalence, example.difference, .lower)
    #expect(same(lower, mirror(example.verdict)))
  }

  @Test func `without intervals nothing is decided`() {
    let interval = Interval(lower: 1.2, upper: 1.3, coverage: 0.95)
    #expect(Verdict(equivalence: nil, difference: nil, better: .higher) == .undecided)
    #expect(Verdict(equivalence: interval, difference: nil, better: .higher) == .undecided)
  }

  @Test func `a wide interval around 1 is no tie`() {
    #expect(verdict((0.657, 1.137), (0.5, 1.4), .higher) == .undecided)
  }

  @Test(arguments: [
    (0.07, "tie, within 7 %"), (0.0604, "tie, within 7 %"), (1.1 - 1, "tie, within 10 %"),
    (0, "tie, within 1 %"),
  ])
  func `a tie is said with its bound, rounded up`(bound: Double, text: String) {
    #expect(Verdict.tie(within: bound).description == text)
  }

  @Test func `verdicts have names`() {
    #expect(
      [Verdict.better, .worse, .undecided].map(\.description) == ["better", "worse", "undecided"])
  }

  private func verdict(
    _ equivalence: (Double, Double), _ difference: (Double, Double), _ better: Verdict.Better
  ) -> Verdict {
    Verdict(
      equivalence: Interval(lower: equivalence.0, upper: equivalence.1, coverage: 0.95),
      difference: Interval(lower: difference.0, upper: difference.1, coverage: 0.999),
      better: better)
  }

  private func mirror(_ interval: (Double, Double)) -> (Double, Double) {
    (1 / interval.1, 1 / interval.0)
  }

  private func mirror(_ verdict: Verdict) -> Verdict {
    switch verdict {
    case .better: .worse
    case .worse: .better
    case .tie, .undecided: verdict
    }
  }

  /// Bounds but for the last digits.
  private func same(_ one: Verdict, _ other: Verdict) -> Bool {
    if case .tie(let first) = one, case .tie(let second) = other {
      return abs(first - second) < 1e-12
    }
    return one == other
  }
}
