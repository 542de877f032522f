import EchoIO
import Testing

@testable import EchoSuite

struct AttemptsTests {
  private let plan: Plan

  init() throws { plan = try Plan.threeServers() }

  @Test func `measurements keep the order they were made in`() {
    let made = [3, 0, 3, 1, 0].map { measurement(plan.trials[$0]) }
    let attempts = Attempts(made)
    #expect(attempts.measurements.map(\.trial) == made.map(\.trial))
    #expect(attempts.count == 5)
    #expect(attempts.trials == 3)
    #expect(attempts.repeats == 2)
    #expect(attempts.last?.trial == plan.trials[0])
  }

  @Test func `a trial has its own attempts`() {
    var second = measurement(plan.trials[0], attempt: 2)
    second.client?.valid = false
    let attempts = Attempts([measurement(plan.trials[0]), measurement(plan.trials[1]), second])
    #expect(attempts.count(of: plan.trials[0]) == 2)
    #expect(attempts.last(of: plan.trials[0])?.attempt == 2)
    #expect(attempts.last(of: plan.trials[1])?.attempt == 1)
    #expect(attempts.last(of: plan.trials[2]) == nil)
    #expect(attempts.withoutFigure == 1)
  }

  @Test func `a scenario has its own measurements`() {
    let attempts = Attempts(plan.trials.map { measurement($0) })
    for scenario in plan.scenarios.indices {
      let measurements = attempts.measurements(of: scenario)
      #expect(measurements.map(\.round) == Array(1...plan.rounds))
      #expect(measurements.allSatisfy { $0.scenario == scenario })
    }
    #expect(attempts.measurements(of: 99).isEmpty)
  }

  @Test func `what ran and what was unavailable is told apart`() {
    let trials = plan.trials
    let absent = Measurement(
      trials[1], name: plan.scenarios[trials[1].scenario].name, attempt: 1,
      outcome: .unavailable(reason: "not here"))
    let failed = Measurement(
      trials[2], name: plan.scenarios[trials[2].scenario].name, attempt: 1,
      outcome: .failed(reason: "broken"))
    let attempts = Attempts([measurement(trials[0]), absent, failed])
    #expect(attempts.hasRun(trials[0].scenario))
    #expect(!attempts.hasRun(trials[1].scenario))
    #expect(!attempts.hasRun(trials[2].scenario))
    #expect(attempts.unavailable(of: plan.scenarios.indices) == absent)
    #expect(attempts.unavailable(of: [trials[0].scenario, trials[2].scenario]) == nil)
  }

  @Test func `what could not run is to be tried again once the suite is gone on with`() {
    let trials = plan.trials
    var attempts = Attempts([
      unable(trials[0]), measurement(trials[1]), unable(trials[2], .unavailable(reason: "gone")),
    ])
    #expect(attempts.retries.isEmpty)
    attempts.reopen()
    #expect(attempts.retries == [trials[0], trials[2]])
    #expect(attempts.unavailable(of: plan.scenarios.indices) == nil)
    attempts.append(measurement(trials[0], attempt: 2))
    #expect(attempts.retries == [trials[2]])
    // No repeat of a disturbed one.
    #expect(attempts.madeUpFor == 1 && attempts.repeats == 0)
    attempts.append(unable(trials[2], .unavailable(reason: "gone"), attempt: 2))
    #expect(attempts.retries.isEmpty && attempts.madeUpFor == 1 && attempts.repeats == 0)
    attempts.reopen()
    #expect(attempts.retries == [trials[2]])
  }

  @Test func `a scenario that cannot run this time, either, is not asked again`() {
    let scenario = plan.trials[0].scenario
    let (its, other) = (
      plan.trials.filter { $0.scenario == scenario },
      plan.trials.first { $0.scenario != scenario }!
    )
    var attempts = Attempts(its.map { unable($0) } + [unable(other)])
    attempts.reopen()
    attempts.append(unable(its[0], attempt: 2))
    #expect(attempts.retries == [other])
  }

  @Test func `a round begins with the first of its attempts`() {
    var attempts = Attempts()
    #expect(attempts.latestRound == 1 && attempts.count(before: 1) == 0)
    let second = plan.trials.first { $0.round == 2 }!
    attempts.append(measurement(plan.trials[0]))
    attempts.append(measurement(second))
    attempts.append(measurement(plan.trials[1]))
    #expect(attempts.latestRound == 2)
    #expect([1, 2, 3].map { attempts.count(before: $0) } == [0, 1, 3])
  }

  private func unable(
    _ trial: Trial, _ outcome: Measurement.Outcome = .failed(reason: "broken"), attempt: Int = 1
  ) -> Measurement {
    Measurement(
      trial, name: plan.scenarios[trial.scenario].name, attempt: attempt, outcome: outcome)
  }

  @Test func `what is kept says what was measured`() {
    var odd = measurement(plan.trials[0], attempt: 2)
    odd.client?.counts.errors["reset"] = 3
    odd.client?.schema = "another/1"
    let attempts = Attempts([measurement(plan.trials[0]), odd])
    let kept = attempts.measurements[1]
    #expect(kept == odd)
  }

  private func measurement(_ trial: Trial, attempt: Int = 1) -> Measurement {
    let scenario = plan.scenarios[trial.scenario]
    return .simulated(
      SimulatedExecutor.Call(trial: trial, server: scenario.server.name, attempt: attempt),
      scenario, SimulatedLoad())
  }
}
