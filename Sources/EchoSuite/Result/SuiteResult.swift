internal import EchoIO

/// What a suite found: a pure function of what its trials wrote, so that running it and reading
/// its files again give the same reports.
///
/// Every step takes all rows at once: estimates of each metric, comparisons.
public struct SuiteResult: Sendable {
  let plan: Plan
  let machine: Machine
  /// The rows of the tables: in the order of the plan, without twins and without `unverified`.
  let summaries: [Summary]
  /// Unverified runs of scenarios that also ran verified in full: what they show is how far the two
  /// are apart.
  let unverified: [Summary]
  /// The scenario that ran twice, against itself; nil when none was measured twice.
  let twin: Twin?
  let comparisons: [ScenarioComparison]
  /// What a message costs each server, where the plan wants that counted.
  let anatomies: Anatomies
  /// Attempts beyond the first at a trial.
  let repeats: Int
  /// Trials that could not run, and did when the suite was gone on with.
  let madeUpFor: Int
  /// Trials that have run, of all.
  let trialsDone: Int
  /// Those that have not run yet, at most.
  let trialsLeft: Int

  public init(plan: Plan, machine: Machine, measurements: [Measurement]) {
    self.init(plan: plan, machine: machine, attempts: Attempts(measurements))
  }

  public init(
    plan: Plan, machine: Machine, attempts: Attempts, anatomies: Anatomies = Anatomies()
  ) {
    self.plan = plan
    self.anatomies = anatomies
    self.machine = machine
    let all = Summary.all(plan.scenarios, attempts)
    let scenarios = Set(plan.scenarios)
    let isShown = { (scenario: Scenario) in
      scenario.load.verification == .off && scenarios.contains(scenario.verified)
    }
    let single = all.filter { !$0.scenario.isTwin }
    summaries = single.filter { !isShown($0.scenario) }
    unverified = single.filter { isShown($0.scenario) }
    twin = Twin(all)
    comparisons = ScenarioComparison.all(summaries, plan.looks)
    repeats = attempts.repeats
    madeUpFor = attempts.madeUpFor
    trialsDone = attempts.trials
    trialsLeft = plan.schedule.trialsLeft(given: attempts)
  }
}

extension SuiteResult {
  /// What the command line ends with.
  public enum Verdict: Equatable, Sendable {
    case fine
    /// Something could not run, or nothing was measured.
    case failed
    /// A server did not echo what it was sent.
    case invalid
  }

  /// Every row of the tables counts, but for one: a server that names the one that does the same
  /// without its fault is there to be shown wrong.
  public var verdict: Verdict {
    let isWrong = summaries.contains {
      $0.status == .invalid && $0.scenario.server.correctedBy == nil
    }
    if isWrong { return .invalid }
    let isMeasured = (summaries + unverified).contains { $0.status == .measured }
    let hasFailed = summaries.contains {
      $0.status == .failed || ($0.status == .measured && $0.failedRounds > 0)
    }
    return hasFailed || !isMeasured ? .failed : .fine
  }
}
