import Laws
import Testing

@testable import EchoSuite

/// The laws of verdicts through a whole suite: its plan, its trials, and all that they are compared by.
struct SuiteVerdictLawTests {
  /// Of the same trials, of fixed rounds and of adaptive ones: which were run is another law's.
  @Test func `two servers that change places in the plan change sides in the result`() throws {
    var compared: Set<Metric> = []
    try forAll(16) { draw in
      (
        suite: draw.comparedSuite(["a", "b"]),
        goals: draw.chance(50) ? draw.fixedRounds() : draw.adaptiveRounds()
      )
    } holds: { suite, goals in
      let forth = try ComparedSuite.plan(["a", "b"], goals)
      let back = try ComparedSuite.plan(["b", "a"], goals)
      let trials = try suite.run(forth)
      let one = result(forth, trials)
      try checkMirrored(one, result(back, try suite.again(trials, of: forth, in: back)))
      compared.formUnion(Self.decided(one))
    }
    #expect(compared == Set(Metric.compared))
  }

  /// Each by its own schedule. Of several loads it runs other rounds then, and how far ratios vary is learnt
  /// from all: so here is one.
  @Test func `adaptive rounds come to mirrored verdicts, whichever server is first`() throws {
    var compared: Set<Metric> = []
    try forAll(18) { draw in
      var suite = draw.comparedSuite(["a", "b"])
      // Which trials are repeated depends on the order of all.
      suite.failures = 0
      return (suite, goals: draw.adaptiveRounds(), pace: draw.one(of: ComparedSuite.Pace.allCases))
    } holds: { suite, goals, pace in
      let forth = try ComparedSuite.plan(["a", "b"], goals, [pace])
      let back = try ComparedSuite.plan(["b", "a"], goals, [pace])
      let one = result(forth, try suite.run(forth))
      try checkMirrored(one, result(back, try suite.run(back)))
      compared.formUnion(Self.decided(one))
    }
    #expect(compared == Set(Metric.compared))
  }

  @Test func `twice every figure is the same suite, by the same trials`() throws {
    var compared: Set<Metric> = []
    try forAll(10) { draw in
      (
        suite: draw.comparedSuite(["a", "b", "c"]),
        goals: draw.chance(50) ? draw.fixedRounds() : draw.adaptiveRounds(),
        factor: draw.one(of: [2, 1024] as [UInt64])
      )
    } holds: { suite, goals, factor in
      let plan = try ComparedSuite.plan(["a", "b", "c"], goals, twin: true)
      let trials = try suite.run(plan)
      let twice = trials.map { $0.scaled(by: factor) }
      try checkAsked(plan, twice)
      let (one, other) = (result(plan, trials), result(plan, twice))
      try holdEqual(other.verdict, one.verdict, "the suite")
      try holdEqual(other.comparisons.count, one.comparisons.count, "comparisons")
      for (found, expected) in zip(other.comparisons, one.comparisons) {
        for metric in Metric.compared {
          try holdSame(
            found[metric], expected[metric], "\(found.summary.scenario.name), \(metric.key)")
        }
      }
      for (found, expected) in zip(other.summaries, one.summaries) {
        for metric in Metric.compared {
          let (found, expected) = (found[metric], expected[metric])
          try holdNear(found?.value, (expected?.value).map { $0 * Double(factor) }, metric.key)
          try holdNear(found?.precision, expected?.precision, "the precision of \(metric.key)")
        }
      }
      try holdEqual(other.twin?.differences, one.twin?.differences, "the twin")
      compared.formUnion(Self.decided(one))
    }
    #expect(compared == Set(Metric.compared))
  }

  private func result(_ plan: Plan, _ trials: [EchoSuite.Measurement]) -> SuiteResult {
    SuiteResult(plan: plan, machine: .simulated, measurements: trials)
  }

  /// What has a verdict, so that laws say something of it.
  private static func decided(_ result: SuiteResult) -> [Metric] {
    Metric.compared.filter { metric in
      result.comparisons.contains { ($0[metric]?.verdict ?? .undecided) != .undecided }
    }
  }

  private func checkMirrored(_ one: SuiteResult, _ other: SuiteResult) throws {
    try holdEqual(other.comparisons.count, one.comparisons.count, "comparisons")
    for (one, other) in zip(one.comparisons, other.comparisons) {
      try holdEqual(one.summary.scenario, other.reference.scenario)
      for metric in Metric.compared {
        try holdMirrored(
          one[metric], other[metric], "\(one.summary.scenario.name), \(metric.key)")
      }
    }
  }

  /// A schedule that is told of trials in their turn asks for each of them, and for no other.
  private func checkAsked(_ plan: Plan, _ trials: [EchoSuite.Measurement]) throws {
    let schedule = plan.schedule
    var attempts = Attempts()
    for trial in trials {
      try holdEqual(schedule.next(given: attempts), trial.trial, "what is asked for")
      attempts.append(trial)
    }
    try holdEqual(schedule.next(given: attempts), nil, "what is asked for at the end")
  }
}
