import EchoIO
import Foundation
import Laws
import Testing

@testable import EchoSuite

/// No schedule leaves out a row that another round would help, nor goes on for ever.
struct ScheduleLawTests {
  @Test func `fixed rounds run every row once before any row's next round`() throws {
    try forAll(30) { draw in
      (try draw.plan("rounds: \(draw.int(1...6))"), draw.next())
    } holds: {
      plan, seed in
      let attempts = try run(plan, seed)
      let first = attempts.filter { $0.attempt == 1 }.map(\.trial)
      let rows = plan.scenarios.indices
      try holdEqual(first.count, rows.count * plan.rounds, "trials")
      for round in 1...plan.rounds {
        let slice = first[(round - 1) * rows.count..<round * rows.count]
        try holdEqual(Set(slice), Set(rows.map { Trial(scenario: $0, round: round) }))
      }
      try checkBlocks(first, plan)
    }
  }

  @Test func `adaptive rounds leave out only rows that are settled, or precise and decided`() throws
  {
    try forAll(10) { draw in
      let goals =
        "precision: \(draw.int(1...6))%\nmin_rounds: \(draw.int(2...8))\nmax_rounds: \(draw.int(8...14))"
      return (try draw.plan(goals), draw.next())
    } holds: { plan, seed in
      let attempts = try run(plan, seed)
      let first = attempts.filter { $0.attempt == 1 }
      try checkBlocks(first.map(\.trial), plan)
      for round in 2...plan.goals.mostRounds {
        let before = attempts.prefix { $0.round < round }
        let rows = Set(first.filter { $0.round == round }.map(\.scenario))
        let open = openRows(plan, Array(before))
        try hold(open.isSubset(of: rows), "round \(round) has \(rows), where \(open) are open")
        if rows.isEmpty { break }
      }
    }
  }

  @Test func `a budget is kept, but for the fewest rounds and what is repeated`() throws {
    try forAll(10) { draw in
      let goals = "precision: 1%\nmin_rounds: \(draw.int(1...8))\nbudget: \(draw.int(1...20))s"
      return (try draw.plan(goals), draw.next())
    } holds: { plan, seed in
      let attempts = try run(plan, seed)
      let seconds = { (some: [EchoSuite.Measurement]) in
        some.reduce(0) { $0 + Double($1.tookNanoseconds ?? 0) / 1e9 }
      }
      let first = attempts.filter { $0.attempt == 1 }
      let fewest = first.filter { $0.round <= plan.goals.fewestRounds }
      let repeated = seconds(attempts.filter { $0.attempt > 1 })
      let most = max(Double(plan.goals.budget ?? 0) / 1e9, seconds(fewest)) + repeated
      // What a round takes is known from those before.
      let aRound = 0.2 * Double(plan.scenarios.count)
      try hold(seconds(attempts) <= most + aRound, "\(seconds(attempts)) s of \(most) s")
      for row in plan.scenarios.indices where attempts.contains(where: { $0.scenario == row }) {
        let rounds = Set(attempts.filter { $0.scenario == row }.map(\.round)).count
        let isMeasured = attempts.contains { $0.scenario == row && $0.client?.valid == true }
        try hold(
          !isMeasured || rounds >= min(2, plan.goals.fewestRounds), "row \(row): \(rounds) rounds")
      }
    }
  }

  /// Every attempt that a schedule asks for until it asks for none.
  private func run(_ plan: Plan, _ seed: UInt64) throws -> [EchoSuite.Measurement] {
    var random = Draw(seed: seed)
    let noise = plan.scenarios.map { _ in random.double(0.001...0.3) }
    // Some are nearly alike: precise, and for long neither different nor a tie.
    let speeds = plan.scenarios.map { _ in 30_000 * exp(random.double(0...0.12)) }
    let fails = plan.scenarios.map { _ in random.chance(10) }
    var attempts = Attempts()
    let most = plan.scenarios.count * plan.rounds * 2
    while let trial = plan.schedule.next(given: attempts) {
      let scenario = plan.scenarios[trial.scenario]
      let call = SimulatedExecutor.Call(
        trial: trial, server: scenario.server.name, attempt: attempts.count(of: trial) + 1)
      var measurement: EchoSuite.Measurement
      if fails[trial.scenario] || random.chance(2) {
        measurement = .simulated(call, scenario, .failed(reason: "it died"))
      } else {
        var load = SimulatedLoad()
        load.messagesPerSecond =
          speeds[trial.scenario] * exp(random.double(-1...1) * noise[trial.scenario])
        if random.chance(5) { load.stolen = 0.2 }
        measurement = .simulated(call, scenario, load)
      }
      measurement.tookNanoseconds = UInt64(random.int(100...200)) * 1_000_000
      attempts.append(measurement)
      try hold(attempts.count <= most, "it goes on for ever")
      try hold(attempts.count(of: trial) <= Repeats.mostAttempts, "\(trial) is tried for ever")
    }
    return attempts.measurements
  }

  /// What is compared stands together: a round runs one block after the other.
  private func checkBlocks(_ trials: [Trial], _ plan: Plan) throws {
    let block = Dictionary(
      uniqueKeysWithValues: plan.blocks.enumerated().flatMap { index, rows in
        rows.map { ($0, index) }
      })
    for (round, trials) in Dictionary(grouping: trials, by: \.round) {
      let blocks = trials.compactMap { block[$0.scenario] }
      let changes = zip(blocks, blocks.dropFirst()).count { $0 != $1 }
      try holdEqual(changes, Set(blocks).count - 1, "changes of blocks in round \(round)")
    }
  }

  /// As the reports have it: rows that have not run, or are measured and neither precise nor settled, and
  /// those of a comparison that is undecided.
  private func openRows(_ plan: Plan, _ before: [EchoSuite.Measurement]) -> Set<Int> {
    let rounds = plan.scenarios.indices.map { row in
      Set(before.filter { $0.scenario == row }.map(\.round)).count
    }
    let goals = plan.goals
    let summaries = Summary.all(plan.scenarios, Attempts(before))
    func isSettled(_ row: Int) -> Bool {
      rounds[row] >= goals.mostRounds || (summaries[row].status != .measured && rounds[row] >= 2)
    }
    var open = Set(
      summaries.indices.filter { row in
        if summaries[row].status == .pending { return true }
        guard !isSettled(row), summaries[row].status == .measured else { return false }
        if rounds[row] < goals.fewestRounds { return true }
        return summaries[row].precision.map { $0 > (goals.precision ?? 1) } ?? true
      })
    for comparison in ScenarioComparison.all(summaries, plan.looks) {
      let sides = [comparison.summary, comparison.reference].compactMap { summary in
        plan.scenarios.firstIndex(of: summary.scenario)
      }
      let isUndecided = Metric.compared.contains { comparison[$0]?.verdict == .undecided }
      if isUndecided, !sides.contains(where: isSettled) { open.formUnion(sides) }
    }
    return open
  }
}

extension Draw {
  /// Two to five servers under one to three loads.
  fileprivate mutating func plan(_ goals: String) throws -> Plan {
    let servers = (1...int(2...5)).map { "{name: s\($0), command: 's\($0) {port}'}" }
    let sizes = ["100", "1000", "64k"].prefix(int(1...3))
    return try Plan.reading(
      """
      name: drawn
      sizes: [\(sizes.joined(separator: ", "))]
      \(goals)
      twin: \(chance(50))
      servers: [\(servers.joined(separator: ", "))]
      """, seed: next())
  }
}
