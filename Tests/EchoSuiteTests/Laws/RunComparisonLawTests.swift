import Laws
import Testing

@testable import EchoSuite

/// What is said of two runs of a suite does not depend on which is called the base, nor on the unit.
struct RunComparisonLawTests {
  @Test func `two runs that change sides mirror every ratio, and all that is concluded`() throws {
    var compared: Set<Metric> = []
    try forAll(12) {
      try $0.runs()
    } holds: { runs in
      let (one, other) = (runs.0.result(), runs.1.result())
      let forth = RunComparison(base: one, new: other, threshold: 0.05)
      let back = RunComparison(base: other, new: one, threshold: 0.05)
      try holdEqual(back.comparisons, forth.comparisons, "comparisons")
      try holdEqual(back.confidence, forth.confidence, "the confidence")
      try holdEqual(names(back.baseAlone), names(forth.newAlone), "in one run alone")
      try holdEqual(names(back.newAlone), names(forth.baseAlone), "in the other run alone")
      try holdEqual(untold(back), untold(forth), "untold")
      try checkSides(forth, back)
      for row in forth.rows {
        compared.formUnion(Metric.compared.filter { row.ratios[$0.key] != nil })
      }
    }
    #expect(compared == Set(Metric.compared))
  }

  @Test func `twice every figure of both runs is the same comparison`() throws {
    try forAll(6) {
      try ($0.runs(), factor: $0.one(of: [2, 1024] as [UInt64]))
    } holds: { runs, factor in
      let once = RunComparison(base: runs.0.result(), new: runs.1.result(), threshold: 0.05)
      let twice = RunComparison(
        base: runs.0.result(times: factor), new: runs.1.result(times: factor), threshold: 0.05)
      try holdEqual(twice.verdict, once.verdict)
      try holdEqual(twice.regressions.map(\.name), once.regressions.map(\.name), "regressions")
      let (found, expected) = (all(twice), all(once))
      try holdEqual(Set(found.keys), Set(expected.keys), "what there is")
      for (name, ratio) in expected {
        try holdNear(found[name]?.logarithm, ratio.logarithm, name)
        try holdNear(found[name]?.error.value, ratio.error.value, "\(name): the error")
      }
    }
  }

  private func checkSides(_ forth: RunComparison, _ back: RunComparison) throws {
    let (here, there) = (all(forth), all(back))
    try holdEqual(Set(there.keys), Set(here.keys), "what there is")
    for (name, ratio) in here {
      guard let other = there[name] else { continue }
      try holdNear(other.logarithm, -ratio.logarithm, "\(name): the ratio")
      try holdNear(other.error.value, ratio.error.value, "\(name): the error")
      try holdNear(other.error.degrees, ratio.error.degrees, "\(name): degrees of freedom")
      try holdNear(other.drift.shift, -ratio.drift.shift, "\(name): the drift")
      try holdEqual(other.drift.rows, ratio.drift.rows, "\(name): rows of the drift")
      try holdEqual(other.drift.servers, ratio.drift.servers, "\(name): servers of the drift")
      for better in [Verdict.Better.higher, .lower] {
        let worse: Verdict.Better = better == .higher ? .lower : .higher
        try holdSame(other.verdict(better: better), ratio.verdict(better: better).mirrored, name)
        // What is a regression one way is as much of an improvement the other way.
        try holdEqual(
          other.isWorse(beyond: 0.05, better: better, confidence: back.confidence),
          ratio.isWorse(beyond: 0.05, better: worse, confidence: forth.confidence),
          "\(name): a regression")
      }
    }
  }

  /// By metric and what it is of, whatever that is called in a run.
  private func all(_ comparison: RunComparison) -> [String: RunRatio] {
    var ratios: [String: RunRatio] = [:]
    func add(_ name: String, _ byMetric: [Metric.Key: RunRatio]) {
      for (metric, ratio) in byMetric { ratios["\(name), \(metric)"] = ratio }
    }
    add("all rows", comparison.together)
    for server in comparison.servers { add("\(server.match.server.kind)", server.ratios) }
    for row in comparison.rows { add(row.match.base.scenario.name, row.ratios) }
    return ratios
  }

  private func names(_ summaries: [Summary]) -> [String] {
    summaries.map(\.scenario.name).sorted()
  }

  private func untold(_ comparison: RunComparison) -> [String] {
    comparison.untold.map(\.match.base.scenario.name).sorted()
  }
}

/// A run of a suite that never ran.
private struct Run: CustomStringConvertible {
  let plan: Plan
  let trials: [EchoSuite.Measurement]

  var description: String { "\(trials.count) trials" }

  func result(times factor: UInt64 = 1) -> SuiteResult {
    SuiteResult(
      plan: plan, machine: .simulated,
      measurements: factor == 1 ? trials : trials.map { $0.scaled(by: factor) })
  }
}

extension Draw {
  /// Of as many as eleven servers, in orders of their own; one may be in a run alone, wrong or absent.
  fileprivate mutating func runs() throws -> (Run, Run) {
    let servers = (1...int(2...11)).map { "s\($0)" }
    let paces = chance(50) ? ComparedSuite.Pace.allCases : [one(of: ComparedSuite.Pace.allCases)]
    return (try run(of: servers, paces), try run(of: servers, paces))
  }

  private mutating func run(
    of servers: [String], _ paces: [ComparedSuite.Pace]
  ) throws -> Run {
    var suite = comparedSuite(servers)
    if chance(30) { suite.wrong = [one(of: servers)] }
    if chance(30) { suite.absent = [one(of: servers)] }
    var those = shuffled(servers)
    if chance(30) { those.removeLast() }
    let plan = try ComparedSuite.plan(those, "rounds: \(int(2...5))", paces, twin: chance(50))
    return Run(plan: plan, trials: try suite.run(plan))
  }
}
