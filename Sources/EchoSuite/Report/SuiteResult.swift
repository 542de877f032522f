internal import EchoIO

/// What a suite found: a pure function of what its trials wrote, so that running it and reading
/// its files again give the same reports.
public struct SuiteResult: Sendable {
  let plan: Plan
  let machine: Machine
  /// The rows of the tables: in the order of the plan, without twins and without `unverified`.
  let summaries: [Summary]
  /// Unverified runs of scenarios that also ran verified in full: what they show is how far the two
  /// are apart.
  let unverified: [Summary]
  let noiseFloors: NoiseFloors?
  let comparisons: [ScenarioComparison]
  /// Attempts beyond the first at a trial.
  let repeats: Int
  /// Trials that have run, of all.
  let trialsDone: Int

  public init(plan: Plan, machine: Machine, measurements: [Measurement]) {
    self.init(plan: plan, machine: machine, attempts: Attempts(measurements))
  }

  public init(plan: Plan, machine: Machine, attempts: Attempts) {
    self.plan = plan
    self.machine = machine
    let all = plan.scenarios.indices.map {
      Summary(plan.scenarios[$0], attempts.measurements(of: $0))
    }
    let scenarios = Set(plan.scenarios)
    let isShown = { (scenario: Scenario) in
      scenario.load.verification == .off && scenarios.contains(scenario.verified)
    }
    let single = all.filter { !$0.scenario.isTwin }
    summaries = single.filter { !isShown($0.scenario) }
    unverified = single.filter { isShown($0.scenario) }
    let noiseFloors = NoiseFloors(all)
    self.noiseFloors = noiseFloors
    comparisons = ScenarioComparison.all(of: summaries, noiseFloors)
    repeats = attempts.repeats
    trialsDone = attempts.trials
  }
}

/// What the scenario that ran twice shows of each figure that is compared.
struct NoiseFloors: Sendable {
  let throughput: NoiseFloor
  /// Of server CPU per message; nil when that was not read.
  let serverCPU: NoiseFloor?

  /// Nil when no scenario was measured twice.
  init?(_ summaries: [Summary]) {
    guard let twin = summaries.first(where: \.scenario.isTwin),
      let first = summaries.first(where: {
        !$0.scenario.isTwin && $0.scenario.twin == twin.scenario
      }),
      let base = first.figures, let again = twin.figures,
      let throughput = PairedRatio(
        new: again.messagesPerSecondByRound, base: base.messagesPerSecondByRound)
    else { return nil }
    self.throughput = NoiseFloor(throughput)
    serverCPU = PairedRatio(new: again.serverCPUByRound, base: base.serverCPUByRound)
      .map { NoiseFloor($0) }
  }
}
