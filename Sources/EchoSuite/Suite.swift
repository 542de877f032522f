internal import EchoIO

/// A run of a plan: every trial that its schedule asks for, measured and logged.
public struct Suite: Sendable {
  private let schedule: any Schedule
  private let executor: any TrialExecutor
  private var log: TrialLog
  /// How the log was when it was opened.
  private let doneBefore: Int
  private let repeatsBefore: Int
  private let withoutFigureBefore: Int

  public init(_ log: TrialLog, schedule: any Schedule, executor: any TrialExecutor) {
    self.log = log
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
    return log
  }

  /// A server that this machine cannot run is not asked again, nor one that the client cannot drive;
  /// with fewer connections it may be another matter.
  private func attempt(_ trial: Trial) async throws -> Measurement {
    let scenario = log.plan.scenarios[trial.scenario]
    let number = log.attempts.count(of: trial) + 1
    let ofServer = log.plan.scenarios.indices.lazy.filter {
      let other = log.plan.scenarios[$0]
      return other.server.name == scenario.server.name && other.client == scenario.client
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
    let now = log.attempts
    return Standing(
      done: now.trials, doneBefore: doneBefore,
      total: now.trials + schedule.trialsLeft(given: now), repeated: now.repeats - repeatsBefore,
      withoutFigure: now.withoutFigure - withoutFigureBefore, last: now.last?.name ?? "",
      purpose: schedule.purpose(given: now))
  }
}
