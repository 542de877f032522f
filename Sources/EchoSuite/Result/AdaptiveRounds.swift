internal import EchoIO
internal import Synchronization

/// Rounds until every row is as precise as the plan's goals ask for and every comparison has its
/// verdict, or until nothing more may be spent. A round runs open rows only, with the rows that they
/// are compared with.
///
/// Which rows a round has follows from what was in the log when it began. That is worked out once and
/// kept: a memory of what the log says, and of nothing else. What could not run until the suite was
/// gone on with is tried again first, in its old rounds; the row takes part in the next round that
/// begins.
public final class AdaptiveRounds: Schedule {
  private let plan: Plan
  /// By round, with how many attempts there were.
  private let agendas = Mutex<[Int: (attempts: Int, agenda: Agenda)]>([:])

  /// What a round is for.
  struct Agenda: Equatable, Sendable {
    /// Indices of the plan's scenarios, ascending; none when there is nothing more to do.
    var rows: [Int] = []
    /// Rows that want the round themselves, and comparisons, of all.
    var openRows = 0
    var openComparisons = 0
    var comparisons = 0
  }

  public init(_ plan: Plan) {
    self.plan = plan
  }

  public func next(given attempts: Attempts) -> Trial? {
    if let trial = attempts.retries.first { return trial }
    for round in attempts.latestRound...plan.goals.mostRounds {
      let trials = trials(of: round, attempts)
      if trials.isEmpty { return nil }
      let total = max(attempts.trials, trials.count)
      if let trial = Repeats.next(among: trials, of: total, given: attempts) { return trial }
    }
    return nil
  }

  public func trialsLeft(given attempts: Attempts) -> Int {
    guard next(given: attempts) != nil else { return 0 }
    let round = attempts.latestRound
    let rows = agenda(of: round, attempts).rows
    let left = rows.count { attempts.count(of: Trial(scenario: $0, round: round)) == 0 }
    func trials(untilRound last: Int) -> Int { left + rows.count * max(0, last - round) }
    let most = trials(untilRound: plan.goals.mostRounds)
    guard let affordable = affordable(attempts.measurements) else { return most }
    return max(trials(untilRound: plan.goals.fewestRounds), min(most, affordable))
  }

  /// How many trials the budget still has time for, if they take what those so far took; nil without one.
  private func affordable(_ measurements: [Measurement]) -> Int? {
    guard let budget = plan.goals.budget else { return nil }
    let costly = measurements.filter(\.isCostly)
    let spent = costly.reduce(0) { $0 + $1.seconds }
    let each =
      costly.isEmpty
      ? Double(plan.expectedTime(ofTrials: 1).nanoseconds) / 1e9 : spent / Double(costly.count)
    return each > 0 ? Int(min(1e9, max(0, Double(budget) / 1e9 - spent) / each)) : nil
  }

  public func purpose(given attempts: Attempts) -> String? {
    let round = attempts.latestRound
    let agenda = agenda(of: round, attempts)
    guard round > plan.goals.fewestRounds else {
      return "round \(round) of at least \(plan.goals.fewestRounds)"
    }
    return "round \(round): \(agenda.openRows) of \(plan.scenarios.count) rows and"
      + " \(agenda.openComparisons) of \(agenda.comparisons) comparisons open"
  }

  private func trials(of round: Int, _ attempts: Attempts) -> [Trial] {
    let rows = Set(agenda(of: round, attempts).rows)
    var orders = RoundOrders(plan)
    var order: [Int] = []
    for _ in 0..<round { order = orders.next() ?? [] }
    return order.filter(rows.contains).map { Trial(scenario: $0, round: round) }
  }

  private func agenda(of round: Int, _ attempts: Attempts) -> Agenda {
    let count = attempts.count(before: round)
    if let known = agendas.withLock({ $0[round] }), known.attempts == count { return known.agenda }
    let agenda = Progress(plan, Array(attempts.measurements.prefix(count))).agenda(of: round)
    agendas.withLock { $0[round] = (count, agenda) }
    return agenda
  }
}

/// What the rounds so far have reached.
private struct Progress {
  private let plan: Plan
  private let measurements: [Measurement]
  private let summaries: [Summary]

  init(_ plan: Plan, _ measurements: [Measurement]) {
    self.plan = plan
    self.measurements = measurements
    summaries = Summary.all(plan.scenarios, Attempts(measurements), estimating: plan.headlines)
  }

  func agenda(of round: Int) -> AdaptiveRounds.Agenda {
    let places = Dictionary(uniqueKeysWithValues: zip(plan.scenarios, plan.scenarios.indices))
    let pairs = ScenarioComparison.all(summaries, plan.looks).compactMap { comparison in
      (places[comparison.summary.scenario], places[comparison.reference.scenario], comparison)
    }
    let comparisons = pairs.flatMap { new, base, comparison in
      comparison.subject.metrics.compactMap { metric -> StoppingRule.Comparison? in
        guard let new, let base, let verdict = comparison[metric]?.verdict else { return nil }
        return StoppingRule.Comparison(new: new, base: base, verdict: verdict)
      }
    }
    let rows = rows(compared: Set(comparisons.flatMap { [$0.new, $0.base] }))
    let left = plan.goals.budget.map { Double($0) / 1e9 - spent }
    let open = StoppingRule.open(
      rows: rows, comparisons: comparisons, enough: left.map { enough(rows, within: $0) } ?? 0)
    // A row by itself says nothing of the others at that moment: its reference comes along.
    let references = Dictionary(comparisons.map { ($0.new, $0.base) }) { first, _ in first }
    func withReferences(_ chosen: [Int]) -> Set<Int> {
      Set(chosen).union(chosen.compactMap { references[$0] }).filter { !rows[$0].isSettled }
    }
    var chosen = withReferences(open.rows)
    if let left, chosen.reduce(0, { $0 + seconds(of: $1) }) > left {
      // The fewest rounds are run even so: by all at first, by a row that could not run later on.
      chosen = withReferences(rows.indices.filter { rows[$0].isBelowFewest })
    }
    return AdaptiveRounds.Agenda(
      rows: round > plan.goals.mostRounds ? [] : chosen.sorted(), openRows: open.rows.count,
      openComparisons: open.comparisons.count, comparisons: comparisons.count)
  }

  private func rows(compared: Set<Int>) -> [StoppingRule.Row] {
    summaries.enumerated().map { index, summary in
      let goals = plan.goals
      let precision =
        compared.contains(index) ? goals.precision : goals.otherPrecision ?? goals.precision
      let most = min(goals.mostRounds, summary.mostRounds)
      return StoppingRule.Row(
        goal: StoppingRule.Goal(
          fewestRounds: min(goals.fewestRounds, most), mostRounds: most, precision: precision),
        rounds: max(summary.rounds.count, roundsTried(index)),
        precision: summary.precision)
    }
  }

  private func enough(_ rows: [StoppingRule.Row], within left: Double) -> Double {
    let wanting = rows.indices.compactMap { index -> BudgetPrecision.Row? in
      let row = rows[index]
      guard !row.isSettled, let precision = row.precision, let target = row.goal.precision else {
        return nil
      }
      return BudgetPrecision.Row(
        costSeconds: seconds(of: index), rounds: max(1, row.rounds),
        mostRounds: row.goal.mostRounds, precision: precision, target: target)
    }
    return BudgetPrecision.smallest(wanting, within: left)
  }

  private func roundsTried(_ scenario: Int) -> Int {
    Set(measurements.lazy.filter { $0.scenario == scenario }.map(\.round)).count
  }

  private var costly: [Measurement] { measurements.filter(\.isCostly) }

  /// Seconds of measuring so far.
  private var spent: Double { costly.reduce(0) { $0 + $1.seconds } }

  /// What an attempt at a scenario takes on average.
  private func seconds(of scenario: Int) -> Double {
    let own = costly.filter { $0.scenario == scenario }
    return own.isEmpty ? 0 : own.reduce(0) { $0 + $1.seconds } / Double(own.count)
  }
}

extension Plan {
  /// What its rows have to converge in.
  fileprivate var headlines: [Metric] {
    let all = Set(scenarios.map { Metric.headline(of: $0.load) }).union([.headline])
    return Metric.all.filter(all.contains)
  }
}

extension Summary {
  /// Rounds after which nothing more is learnt of it: a wrong server is wrong, a figure that nobody
  /// verified is shown for its wrongness only, and what did not run twice does not.
  fileprivate var mostRounds: Int {
    switch status {
    case .invalid, .failed: 2
    case .unavailable: 1
    case .measured where scenario.load.verification == .off: 3
    // Windows too short for what stands for the row are so in every round.
    case .measured where rounds.count >= 3 && self[.headline(of: scenario.load)] == nil: 3
    case .measured, .pending: .max
    }
  }
}

extension Measurement {
  /// Counts as time spent: an attempt that could not run again, when the suite was gone on with, must
  /// not make it another suite.
  fileprivate var isCostly: Bool { outcome == .ran || attempt == 1 }

  fileprivate var seconds: Double { Double(tookNanoseconds ?? 0) / 1e9 }
}
