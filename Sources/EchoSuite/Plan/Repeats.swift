/// Which trials are run again: those that did not give what they should, while that is worth it.
struct Repeats {
  /// Attempts at one trial at most, and how many of all trials may be repeated: on a machine that is
  /// disturbed all the time, repeating everything would never end.
  static let mostAttempts = 3
  static let share = 0.15

  /// The first of these trials that has not been tried, or is to be tried again.
  ///
  /// - Parameter total: trials, of which a share may be repeated.
  static func next(among trials: [Trial], of total: Int, given attempts: Attempts) -> Trial? {
    let mayRepeat = attempts.repeats < Int((Double(total) * share).rounded(.up))
    return trials.first { trial in
      guard let last = attempts.last(of: trial) else { return true }
      return mayRepeat && attempts.count(of: trial) < mostAttempts
        && isWorthRepeating(last, attempts)
    }
  }

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
