public import EchoIO

/// How many rounds a suite runs, and what they are to reach.
public struct Goals: Codable, Equatable, Sendable {
  /// Rounds that every row runs.
  public var fewestRounds: Int
  /// Rounds after which a row is settled, converged or not.
  public var mostRounds: Int
  /// Half the width of the interval of Messages/s, relative to it, that is enough for a row: 0.05 for
  /// ±5 %. Nil where every row runs all rounds.
  public var precision: Double?
  /// The same for rows that are compared with none; nil for `precision`.
  public var otherPrecision: Double?
  /// When to stop, in nanoseconds of measuring; nil for no limit. The fewest rounds are run even so.
  public var budget: UInt64?

  enum CodingKeys: String, CodingKey {
    case precision
    case fewestRounds = "fewest_rounds"
    case mostRounds = "most_rounds"
    case otherPrecision = "other_precision"
    case budget = "budget_ns"
  }

  /// Every row as often as every other.
  public static func fixed(_ rounds: Int) -> Goals {
    Goals(fewestRounds: rounds, mostRounds: rounds)
  }

  /// Until every row is as precise and every comparison has its verdict.
  public static func adaptive(
    precision: Double, otherPrecision: Double? = nil, fewestRounds: Int = standardFewest,
    mostRounds: Int = standardMost, budget: TimeSpan? = nil
  ) -> Goals {
    Goals(
      fewestRounds: fewestRounds, mostRounds: mostRounds, precision: precision,
      otherPrecision: otherPrecision, budget: budget?.nanoseconds)
  }

  /// Fewer rounds decide nothing, and after more the machine is another (``Looks/standard``).
  public static let standardFewest = 8
  public static let standardMost = 60
  /// What is wrong with goals that were read; nil when they can be had.
  var problem: String? {
    let broken =
      SuiteLimits.rounds.complaint("fewest_rounds", fewestRounds)
      ?? SuiteLimits.rounds.complaint("most_rounds", mostRounds)
    if let broken { return broken }
    if mostRounds < fewestRounds {
      return "'most_rounds' must be at least \(fewestRounds), got \(mostRounds)"
    }
    for share in [precision, otherPrecision] {
      if let share, !(share > 0 && share <= 1) {
        return "a precision must be above 0 and at most 1"
      }
    }
    return nil
  }
}
