public import EchoIO

/// What somebody says of a suite's goals, on the command line or in a suite file: each where it is
/// given, the rest as it was.
public struct GoalChanges: Equatable, Sendable {
  public var rounds: Int?
  public var precision: Percentage?
  public var otherPrecision: Percentage?
  public var fewestRounds: Int?
  public var mostRounds: Int?
  public var budget: TimeSpan?

  public init() {}

  /// Half the width of an interval that is enough where nobody says.
  private static let standardPrecision = 0.05

  private var isAdaptive: Bool {
    precision != nil || otherPrecision != nil || fewestRounds != nil || mostRounds != nil
      || budget != nil
  }

  /// The goals with these changes. Whatever is said of precision or time makes rounds adaptive.
  /// - Throws: the rule that is broken, in words of a sentence.
  public func applied(to goals: Goals) throws(UnitError) -> Goals {
    if let rounds {
      guard !isAdaptive else {
        throw UnitError("fixes the rounds: it leaves nothing to a precision or a budget")
      }
      if let rule = SuiteLimits.rounds.problem(rounds) { throw UnitError(rule) }
      return .fixed(rounds)
    }
    guard isAdaptive else { return goals }
    let wasAdaptive = goals.precision != nil
    let standard = Goals.adaptive(precision: Self.standardPrecision)
    var changed = wasAdaptive ? goals : standard
    if let precision { changed.precision = precision.fraction }
    if let otherPrecision { changed.otherPrecision = otherPrecision.fraction }
    if let fewestRounds { changed.fewestRounds = fewestRounds }
    if let mostRounds { changed.mostRounds = mostRounds }
    if let budget { changed.budget = budget.nanoseconds }
    if mostRounds == nil { changed.mostRounds = max(changed.mostRounds, changed.fewestRounds) }
    if fewestRounds == nil { changed.fewestRounds = min(changed.fewestRounds, changed.mostRounds) }
    if let rule = Limit(changed.fewestRounds, SuiteLimits.rounds.most).problem(changed.mostRounds) {
      throw UnitError(rule)
    }
    return changed
  }
}
