/// Every scenario once in each of a plan's rounds, and a trial that did not give what it should
/// again, while that is worth it. When the suite is gone on with, what could not run comes first.
public struct FixedRounds: Schedule {
  private let trials: [Trial]

  public init(_ plan: Plan) {
    trials = plan.trials
  }

  public func next(given attempts: Attempts) -> Trial? {
    attempts.retries.first ?? Repeats.next(among: trials, of: trials.count, given: attempts)
  }

  public func trialsLeft(given attempts: Attempts) -> Int { trials.count - attempts.trials }
}
