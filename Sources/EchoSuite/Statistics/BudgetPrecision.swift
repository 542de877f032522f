/// How precise all rows can get in the time that is left.
enum BudgetPrecision {
  /// A row that has a precision to improve.
  struct Row: Equatable, Sendable {
    /// What a round of it takes, in seconds.
    var costSeconds: Double
    /// Rounds that are in, at least 1.
    var rounds: Int
    /// After which it is settled.
    var mostRounds: Int
    /// Half the width of its interval relative to the figure.
    var precision: Double
    /// The precision that is enough for it.
    var target: Double

    /// Seconds until its precision is `wanted` or its target, whichever is wider. The width falls
    /// with the root of the rounds; no rounds beyond the most are run, so none is reckoned with.
    func seconds(until wanted: Double) -> Double {
      guard precision > max(wanted, target) else { return 0 }
      let ratio = precision / max(wanted, target)
      let needed = Double(rounds) * ratio * ratio
      return costSeconds * max(0, min(needed, Double(mostRounds)) - Double(rounds))
    }
  }

  /// The smallest common precision that all rows can reach within `seconds`; 0 when every target
  /// can be. Spent on this, a budget leaves no row far behind the others. Rows of which no precision
  /// is known, or no round is in, are not asked: nobody knows what they need.
  ///
  /// By bisection: the time falls as the precision gets wider, and is 0 at the widest that a row
  /// has. What is returned is on the side that fits, within 10⁻⁹ of the smallest.
  static func smallest(_ rows: [Row], within seconds: Double) -> Double {
    func fits(_ wanted: Double) -> Bool {
      rows.reduce(0) { $0 + $1.seconds(until: wanted) } <= max(0, seconds)
    }
    if fits(0) { return 0 }
    var beyond = 0.0
    var within = rows.reduce(0) { max($0, $1.precision) }
    while within - beyond > 1e-9 * within {
      let middle = (beyond + within) / 2
      if fits(middle) { within = middle } else { beyond = middle }
    }
    return within
  }
}
