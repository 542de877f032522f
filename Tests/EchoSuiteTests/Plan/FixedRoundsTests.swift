import Testing

@testable import EchoSuite

struct FixedRoundsTests {
  private let plan: Plan
  private let schedule: FixedRounds

  init() throws {
    plan = try Plan.threeServers(rounds: 5)
    schedule = FixedRounds(plan)
  }

  @Test func `the trials of the plan come in its order`() {
    var attempts = Attempts()
    for trial in plan.trials {
      #expect(schedule.next(given: attempts) == trial)
      attempts.append(quiet(trial))
    }
    #expect(schedule.next(given: attempts) == nil)
  }

  @Test func `what is in the log decides, and not what was asked before`() {
    var attempts = Attempts()
    #expect(schedule.next(given: attempts) == schedule.next(given: attempts))
    // The third trial is there already, wherever it comes from.
    attempts.append(quiet(plan.trials[2]))
    attempts.append(quiet(plan.trials[0]))
    #expect(schedule.next(given: attempts) == plan.trials[1])
    attempts.append(quiet(plan.trials[1]))
    #expect(schedule.next(given: attempts) == plan.trials[3])
  }

  @Test func `a disturbed attempt that was the last before a crash is made again`() {
    var attempts = Attempts()
    attempts.append(disturbed(plan.trials[0]))
    #expect(schedule.next(given: attempts) == plan.trials[0])
  }

  /// Twenty trials may be repeated three times in all, however often the suite is gone on with.
  @Test func `repeats that were made before count`() {
    #expect(plan.trials.count == 20)
    var attempts = Attempts()
    var asked: [Trial] = []
    while let trial = schedule.next(given: attempts) {
      asked.append(trial)
      attempts.append(disturbed(trial))
      // Each time as if it had been read from a file.
      attempts = attempts.measurements.reduce(into: Attempts()) { $0.append($1) }
    }
    #expect(asked.count == 23)
    #expect(attempts.repeats == 3)
    #expect(asked.prefix(5).map(\.scenario) == [0, 0, 0, 1, 1].map { plan.trials[$0].scenario })
  }

  @Test func `trials that are left are those without any attempt`() {
    var attempts = Attempts()
    #expect(schedule.trialsLeft(given: attempts) == 20)
    attempts.append(disturbed(plan.trials[0]))
    attempts.append(disturbed(plan.trials[0]))
    #expect(schedule.trialsLeft(given: attempts) == 19)
  }

  @Test func `what failed is tried again once the scenario has run`() throws {
    var attempts = Attempts()
    let trial = plan.trials[0]
    attempts.append(measurement(trial, .failed(reason: "the client did not report")))
    #expect(schedule.next(given: attempts) == plan.trials[1])
    let later = try #require(plan.trials.dropFirst().first { $0.scenario == trial.scenario })
    for other in plan.trials.dropFirst().prefix(while: { $0 != later }) {
      attempts.append(quiet(other))
    }
    attempts.append(quiet(later))
    #expect(schedule.next(given: attempts) == trial)
    attempts.append(quiet(trial))
    #expect(schedule.next(given: attempts) != trial)
  }

  @Test func `a server that never runs is tried once in each round`() {
    let scenario = plan.trials[0].scenario
    var attempts = Attempts()
    var asked: [Trial] = []
    while let trial = schedule.next(given: attempts) {
      asked.append(trial)
      attempts.append(
        trial.scenario == scenario
          ? measurement(trial, .failed(reason: "it does not start")) : quiet(trial))
    }
    #expect(asked == plan.trials)
  }

  private func quiet(_ trial: Trial) -> Measurement { simulated(trial, SimulatedLoad()) }

  private func disturbed(_ trial: Trial) -> Measurement {
    simulated(trial, SimulatedLoad(stolen: 0.5))
  }

  private func simulated(_ trial: Trial, _ load: SimulatedLoad) -> Measurement {
    let scenario = plan.scenarios[trial.scenario]
    return .simulated(
      SimulatedExecutor.Call(trial: trial, server: scenario.server.name, attempt: 1), scenario, load
    )
  }

  private func measurement(_ trial: Trial, _ outcome: Measurement.Outcome) -> Measurement {
    Measurement(
      trial, name: plan.scenarios[trial.scenario].name, attempt: 1, outcome: outcome)
  }
}
