/// When a row has been measured enough, and when a comparison.
enum StoppingRule {
  /// What is wanted of a row.
  struct Goal: Equatable, Sendable {
    /// Rounds that it runs whatever they show.
    var fewestRounds = 8
    /// Rounds after which it is settled, converged or not: 60; 2 for a row that is INVALID, 3 for
    /// an unverified one.
    var mostRounds = 60
    /// Half the width of the interval relative to the figure that is enough, as in 0.05; nil when
    /// the fewest rounds are.
    var precision: Double?
  }

  /// Where a row stands.
  struct Row: Equatable, Sendable {
    var goal = Goal()
    /// Rounds that are in.
    var rounds: Int
    /// What has been reached: the largest of those metrics that the goal is about. Nil while it is
    /// not known, as that of a row that stalls.
    var precision: Double?

    /// No round is left to run.
    var isSettled: Bool { rounds >= goal.mostRounds }

    /// Rounds are left that it runs whatever they show.
    var isBelowFewest: Bool { rounds < goal.fewestRounds }

    /// Whether the row by itself wants another round, if `precision` or its own goal, whichever is
    /// wider, is enough.
    func isOpen(enough: Double) -> Bool {
      if isSettled { return false }
      if isBelowFewest { return true }
      guard let wanted = goal.precision else { return false }
      guard let precision else { return true }
      return precision > max(wanted, enough)
    }
  }

  /// Two rows, by index, and what has been said of them.
  struct Comparison: Equatable, Sendable {
    var new: Int
    var base: Int
    var verdict: Verdict
  }

  /// What another round is for.
  struct Open: Equatable, Sendable {
    /// Indices of rows, ascending: those that want a round themselves and those of `comparisons`.
    var rows: [Int]
    /// Indices of comparisons, ascending: without a verdict, and neither side settled.
    var comparisons: [Int]
  }

  /// The rows and comparisons that are open. It depends on nothing but what is in the log, so a
  /// suite that is continued goes on as if it had not been interrupted.
  ///
  /// - Parameter enough: the common precision that a budget allows (``BudgetPrecision``), or 0. It
  ///   closes rows but no comparison, and never before the fewest rounds.
  static func open(rows: [Row], comparisons: [Comparison], enough: Double = 0) -> Open {
    let undecided = comparisons.indices.filter { index in
      let comparison = comparisons[index]
      return comparison.verdict == .undecided && !rows[comparison.new].isSettled
        && !rows[comparison.base].isSettled
    }
    let compared = Set(undecided.flatMap { [comparisons[$0].new, comparisons[$0].base] })
    let open = rows.indices.filter { compared.contains($0) || rows[$0].isOpen(enough: enough) }
    return Open(rows: open, comparisons: undecided)
  }
}
