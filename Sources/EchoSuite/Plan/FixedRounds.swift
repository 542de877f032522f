/// Every scenario once in each of a plan's rounds, and a trial that did not give what it should
/// again, while that is worth it.
public struct FixedRounds: Schedule {
  private let trials: [Trial]
  private let mostRepeats: Int

  /// Attempts at one trial at most, and how many of all trials may be repeated: on a machine that is
  /// disturbed all the time, repeating everything would never end.
  static let mostAttempts = 3
  static let repeatedShare = 0.15

  public init(_ plan: Plan) {
    trials = plan.trials
    mostRepeats = Int((Double(trials.count) * Self.repeatedShare).rounded(.up))
  }

  public func next(given attempts: Attempts) -> Trial? {
    let mayRepeat = attempts.repeats < mostRepeats
    return trials.first { trial in
      guard let last = attempts.last(of: trial) else { return true }
      return mayRepeat && attempts.count(of: trial) < Self.mostAttempts
        && Self.isWorthRepeating(last, attempts)
    }
  }

  public func trialsLeft(given attempts: Attempts) -> Int { trials.count - attempts.trials }

  /// What failed is worth it where the scenario has run at another time: once a client that somebody
  /// killed, not in every round a server that never starts.
  private static func isWorthRepeating(_ measurement: Measurement, _ attempts: Attempts) -> Bool {
    switch measurement.outcome {
    case .ran: measurement.shouldRepeat
    case .failed: attempts.hasRun(measurement.scenario)
    case .unavailable: false
    }
  }
}
