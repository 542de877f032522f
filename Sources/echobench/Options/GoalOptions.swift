internal import ArgumentParser
internal import EchoIO
internal import EchoSuite

/// How many rounds a suite runs, and what they are to reach.
struct GoalOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "Fixed rounds: every scenario runs once in each. (default: what the suite says)")
  var rounds: Given<Count>?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Run rounds until each row is known to within this. (default: what the suite says)",
      valueName: "percent"))
  var precision: Given<Percentage>?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Rounds that every row runs, 8 at first.", valueName: "rounds"))
  var minRounds: Given<Count>?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Rounds after which a row is left as it is, 60 at first.", valueName: "rounds"))
  var maxRounds: Given<Count>?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Stop when the next round does not fit into so much measuring.", valueName: "duration"))
  var budget: Given<TimeSpan>?

  func validate() throws {
    try rounds?.check("--rounds")
    try precision?.check("--precision")
    try minRounds?.check("--min-rounds")
    try maxRounds?.check("--max-rounds")
    try budget?.check("--budget")
    _ = try goals(instead: .fixed(1))
  }

  var isEmpty: Bool {
    rounds == nil && precision == nil && minRounds == nil && maxRounds == nil && budget == nil
  }

  /// The goals of a suite with what was given instead.
  /// - Throws: `ValidationError`.
  func goals(instead goals: Goals) throws -> Goals {
    var changes = GoalChanges()
    changes.rounds = try rounds?.value.value
    changes.precision = try precision?.value
    changes.fewestRounds = try minRounds?.value.value
    changes.mostRounds = try maxRounds?.value.value
    changes.budget = try budget?.value
    do throws(UnitError) {
      return try changes.applied(to: goals)
    } catch {
      let (option, given) =
        rounds == nil ? ("--max-rounds", maxRounds ?? minRounds) : ("--rounds", rounds)
      throw ValidationError("'\(option)' \(error), got \(given.map { "\($0)" } ?? "").")
    }
  }
}
