import Testing

@testable import EchoSuite

struct StoppingRuleTests {
  typealias Row = StoppingRule.Row
  typealias Goal = StoppingRule.Goal

  @Test(arguments: [
    (0, nil, true), (7, 0.001, true), (8, 0.049, false), (8, 0.05, false), (8, 0.051, true),
    (59, 0.2, true), (60, 0.2, false), (8, nil, true), (60, nil, false),
  ])
  func `a row is open until its precision is reached or its rounds are run`(
    rounds: Int, precision: Double?, open: Bool
  ) {
    let row = Row(goal: Goal(precision: 0.05), rounds: rounds, precision: precision)
    #expect(StoppingRule.open(rows: [row], comparisons: []).rows == (open ? [0] : []))
  }

  @Test func `a comparison without a verdict keeps both its rows open`() {
    let done = Row(goal: Goal(precision: 0.05), rounds: 20, precision: 0.03)
    let rows = Array(repeating: done, count: 5)
    let open = StoppingRule.open(
      rows: rows,
      comparisons: [
        StoppingRule.Comparison(new: 1, base: 0, verdict: .better),
        StoppingRule.Comparison(new: 3, base: 2, verdict: .undecided),
        StoppingRule.Comparison(new: 4, base: 0, verdict: .tie(within: 0.05)),
      ])
    #expect(open == StoppingRule.Open(rows: [2, 3], comparisons: [1]))
  }

  @Test func `a comparison of which one side is settled is not open`() {
    // The base is INVALID: settled after 2 rounds.
    let invalid = Row(goal: Goal(fewestRounds: 2, mostRounds: 2), rounds: 2, precision: nil)
    let done = Row(goal: Goal(precision: 0.05), rounds: 20, precision: 0.03)
    let comparison = StoppingRule.Comparison(new: 1, base: 0, verdict: .undecided)
    let open = StoppingRule.open(rows: [invalid, done], comparisons: [comparison])
    #expect(open == StoppingRule.Open(rows: [], comparisons: []))
  }

  @Test func `without a precision to reach the fewest rounds are enough`() {
    let row = Row(goal: Goal(precision: nil), rounds: 8, precision: 0.3)
    #expect(StoppingRule.open(rows: [row], comparisons: []).rows == [])
  }

  @Test func `a budget closes rows, but not before eight rounds, and no comparison`() {
    let goal = Goal(precision: 0.05)
    let rows = [
      Row(goal: goal, rounds: 7, precision: 0.06), Row(goal: goal, rounds: 8, precision: 0.06),
      Row(goal: goal, rounds: 8, precision: 0.09), Row(goal: goal, rounds: 9, precision: 0.04),
    ]
    let comparison = StoppingRule.Comparison(new: 3, base: 1, verdict: .undecided)
    #expect(StoppingRule.open(rows: rows, comparisons: [], enough: 0.07).rows == [0, 2])
    #expect(StoppingRule.open(rows: rows, comparisons: [], enough: .infinity).rows == [0])
    #expect(
      StoppingRule.open(rows: rows, comparisons: [comparison], enough: 0.07).rows == [0, 1, 2, 3])
  }

  @Test func `a narrower budget than the goal does not move the goal`() {
    let row = Row(goal: Goal(precision: 0.10), rounds: 8, precision: 0.08)
    #expect(StoppingRule.open(rows: [row], comparisons: [], enough: 0.05).rows == [])
  }
}

struct BudgetPrecisionTests {
  typealias Row = BudgetPrecision.Row

  private func row(_ precision: Double, rounds: Int = 8, cost: Double = 1, target: Double = 0.05)
    -> Row
  {
    Row(
      costSeconds: cost, rounds: rounds, mostRounds: 60, precision: precision, target: target)
  }

  @Test func `the common precision uses up the time`() {
    // 0.1 → 0.08 takes 8 · (1.5625 − 1) = 4.5 rounds of 2 s; the other row has it already.
    let rows = [row(0.1, cost: 2), row(0.075)]
    let common = BudgetPrecision.smallest(rows, within: 9)
    #expect(abs(common - 0.08) < 1e-8)
    #expect(rows.map { $0.seconds(until: common) }.reduce(0, +) <= 9)
  }

  @Test func `with time enough the targets are the goal`() {
    // 0.1 → 0.05 takes 24 more rounds.
    #expect(BudgetPrecision.smallest([row(0.1)], within: 24) == 0)
    #expect(BudgetPrecision.smallest([row(0.1)], within: 23.9) > 0.05)
    #expect(BudgetPrecision.smallest([], within: 0) == 0)
  }

  @Test func `without time the widest row is the measure`() {
    let rows = [row(0.1), row(0.3), row(0.04)]
    #expect(BudgetPrecision.smallest(rows, within: 0) == 0.3)
    #expect(BudgetPrecision.smallest(rows, within: -5) == 0.3)
    #expect(BudgetPrecision.smallest([row(0.04), row(0.05)], within: 0) == 0)
  }

  @Test func `a row of its own target asks for no more`() {
    let rows = [row(0.1, target: 0.1), row(0.1)]
    #expect(abs(BudgetPrecision.smallest(rows, within: 4.5) - 0.08) < 1e-8)
  }

  @Test func `rounds beyond the most are not reckoned with`() {
    // 0.5 → 0.05 would take 792 rounds; 52 are left.
    #expect(row(0.5).seconds(until: 0.05) == 52)
    #expect(BudgetPrecision.smallest([row(0.5)], within: 52) == 0)
    #expect(BudgetPrecision.smallest([row(0.5)], within: 51) > 0.18)
  }

  @Test func `more time never gives a wider precision`() {
    var random = Sampler(seed: 4)
    let rows = (0..<20).map { _ in row(0.05 + 0.2 * random.uniform(), cost: random.uniform()) }
    let precisions = (0..<40).map { BudgetPrecision.smallest(rows, within: 10 * Double($0)) }
    #expect(zip(precisions, precisions.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(precisions.first != precisions.last)
  }
}
