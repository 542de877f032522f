internal import EchoIO

/// A run of a plan: every trial, measured, logged, and repeated when it was disturbed.
public struct Suite: Sendable {
  private let plan: Plan
  private let executor: any TrialExecutor
  private var log: TrialLog

  /// Attempts at one trial at most, and how many trials of a suite may be repeated: on a machine
  /// that is disturbed all the time, repeating everything would never end.
  static let mostAttempts = 3
  static let repeatedShare = 0.15

  public init(_ plan: Plan, log: TrialLog, executor: any TrialExecutor) {
    self.plan = plan
    self.log = log
    self.executor = executor
  }

  /// Runs what the log does not have yet, and tells `progress` of each trial as it ends.
  /// - Throws: `CancellationError` when stopped, with everything measured so far in the log; what
  ///   the log throws.
  public mutating func run(progress: (Progress) -> Void) async throws -> TrialLog {
    let pending = plan.trials.filter { trial in !log.measurements.contains { $0.trial == trial } }
    var repeats = Int((Double(plan.trials.count) * Self.repeatedShare).rounded(.up))
    let before = plan.trials.count - pending.count
    var state = Progress(done: before, doneBefore: before, total: plan.trials.count)
    progress(state)
    for trial in pending {
      try Task.checkCancellation()
      for attempt in 1...Self.mostAttempts {
        let measurement = try await attemptOrSkip(trial, attempt)
        try log.append(measurement)
        state.note(measurement)
        guard measurement.shouldRepeat, repeats > 0, attempt < Self.mostAttempts else { break }
        repeats -= 1
        state.repeated += 1
      }
      state.done += 1
      progress(state)
    }
    return log
  }

  /// A server that this machine cannot run is not asked again.
  private func attemptOrSkip(_ trial: Trial, _ attempt: Int) async throws -> Measurement {
    let scenario = plan.scenarios[trial.scenario]
    let known = log.measurements.first { measurement in
      guard case .unavailable = measurement.outcome else { return false }
      return plan.scenarios[measurement.scenario].server.name == scenario.server.name
    }
    if let known {
      return Measurement(trial, name: scenario.name, attempt: attempt, outcome: known.outcome)
    }
    return try await executor.run(trial, scenario, attempt: attempt)
  }

  /// Where a running suite stands.
  public struct Progress: Equatable, Sendable {
    /// Trials that are done, of all.
    public fileprivate(set) var done: Int
    /// Those of them that an earlier run of the suite had done.
    public let doneBefore: Int
    public let total: Int
    /// Attempts that were made again, because they were disturbed.
    public fileprivate(set) var repeated = 0
    /// Attempts that gave no figure.
    public fileprivate(set) var withoutFigure = 0
    /// The scenario that ran last.
    public fileprivate(set) var last = ""

    fileprivate mutating func note(_ measurement: Measurement) {
      last = measurement.name
      if measurement.client?.valid != true { withoutFigure += 1 }
    }
  }
}
