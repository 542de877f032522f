internal import EchoIO

/// A run of a plan: every trial that its schedule asks for, measured and logged.
public struct Suite: Sendable {
  private let schedule: any Schedule
  private let executor: any TrialExecutor
  private let counter: (any AnatomyExecutor)?
  private var log: TrialLog
  /// How the log was when it was opened.
  private let doneBefore: Int
  private let repeatsBefore: Int
  private let withoutFigureBefore: Int

  /// - Parameter counter: counts what the plan wants counted.
  public init(
    _ log: TrialLog, schedule: any Schedule, executor: any TrialExecutor,
    counter: (any AnatomyExecutor)? = nil
  ) {
    self.log = log
    self.counter = counter
    self.schedule = schedule
    self.executor = executor
    doneBefore = log.attempts.trials
    repeatsBefore = log.attempts.repeats
    withoutFigureBefore = log.attempts.withoutFigure
  }

  /// Runs what is left, and tells where it stands before the first attempt and after each.
  /// - Throws: `CancellationError` when stopped, with everything measured so far in the log; what
  ///   the log throws.
  public mutating func run(telling: (Standing) -> Void) async throws -> TrialLog {
    telling(standing)
    while let trial = schedule.next(given: log.attempts) {
      try Task.checkCancellation()
      let start = ContinuousClock.now
      var measurement = try await attempt(trial)
      measurement.tookNanoseconds =
        measurement.tookNanoseconds ?? UInt64((ContinuousClock.now - start) / .nanoseconds(1))
      try log.append(measurement)
      telling(standing)
    }
    try await count(telling)
    return log
  }

  /// After the trials: these are what the machine should be quiet for.
  private mutating func count(_ telling: (Standing) -> Void) async throws {
    guard let counter else { return }
    let left = log.anatomiesLeft
    for (index, scenario) in left.enumerated() {
      try Task.checkCancellation()
      telling(
        standing(
          "counting what a message costs: \(index + 1) of \(left.count)", scenario.name))
      if let known = known(of: scenario) {
        try log.append(known)
        continue
      }
      // Its place in the plan, whatever an interruption has left.
      let place = log.plan.scenarios.firstIndex(of: scenario) ?? 0
      let seed = Trial(scenario: place, round: 0).seed(attempt: 1, of: log.plan.seed)
      let record = try await counter.run(
        scenario, seed: seed,
        withoutInstructions: log.plan.countsInstructions(in: scenario)
          ? nil : "counted under the first load of each server")
      try log.append(record)
    }
  }

  /// A server that never came up in a trial is not asked again.
  private func known(of scenario: Scenario) -> AnatomyRecord? {
    let own = log.plan.scenarios.indices.filter {
      log.plan.scenarios[$0].server.name == scenario.server.name
    }
    guard !own.contains(where: log.attempts.hasRun),
      let last = own.lazy.compactMap({ log.attempts.measurements(of: $0).last }).first
    else { return nil }
    switch last.outcome {
    case .ran: return nil
    case .failed(let reason): return record(scenario, .failed(reason: reason))
    case .unavailable(let reason): return record(scenario, .unavailable(reason: reason))
    }
  }

  private func record(
    _ scenario: Scenario, _ outcome: AnatomyRecord.Outcome
  ) -> AnatomyRecord {
    AnatomyRecord(scenario, outcome, took: 0, build: log.machine.build.configuration)
  }

  /// A server that this machine cannot run is not asked again, nor one that the client cannot drive;
  /// with fewer connections it may be another matter.
  private func attempt(_ trial: Trial) async throws -> Measurement {
    let scenario = log.plan.scenarios[trial.scenario]
    let number = log.attempts.count(of: trial) + 1
    let ofServer = log.plan.scenarios.indices.lazy.filter {
      let other = log.plan.scenarios[$0]
      return other.server.name == scenario.server.name && other.client == scenario.client
        && other.load.transport == scenario.load.transport
        && other.load.allConnections <= scenario.load.allConnections
    }
    if let known = log.attempts.unavailable(of: ofServer) {
      var measurement = Measurement(
        trial, name: scenario.name, attempt: number, outcome: known.outcome)
      measurement.tookNanoseconds = 0
      return measurement
    }
    return try await executor.run(trial, scenario, attempt: number)
  }

  private var standing: Standing {
    standing(schedule.purpose(given: log.attempts), log.attempts.last?.name ?? "")
  }

  private func standing(_ purpose: String?, _ last: String) -> Standing {
    let now = log.attempts
    return Standing(
      done: now.trials, doneBefore: doneBefore,
      total: now.trials + schedule.trialsLeft(given: now), repeated: now.repeats - repeatsBefore,
      withoutFigure: now.withoutFigure - withoutFigureBefore, last: last, purpose: purpose)
  }
}
