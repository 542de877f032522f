extension Variance {
  /// What the suite as a whole is worth to one row, in degrees of freedom.
  ///
  /// Smyth estimates it from the variances. Over the first release's trials that gave 5 to 8 for
  /// 345 rows and 10 to 17 for 19 rows: a constant is steadier than an estimate from few rows.
  static let priorDegrees = 8

  /// The variances of a suite, each drawn towards what all have in common: after eight rounds (5
  /// degrees of freedom) a variance has a relative standard deviation of √(2/5) = 63 %, and a row
  /// must not stop because its own came out small by luck.
  ///
  /// Smyth, "Linear Models and Empirical Bayes Methods for Assessing Differential Expression in
  /// Microarray Experiments", Statistical Applications in Genetics and Molecular Biology 3 (2004),
  /// with fixed prior degrees d₀ = min(8, number of *other* rows that have a variance). Pooled is
  /// v₀ = Σ degrees·v ÷ Σ degrees over all of them, and the result (d₀v₀ + degrees·v) ÷
  /// (d₀ + degrees) with d₀ + degrees.
  ///
  /// - Parameter own: a row's own variance; nil where it has none (a single round, no figure).
  /// - Returns: as many, in the same order. A row without an own variance has the pooled one with
  ///   d₀ degrees; a single row keeps its own; nil only if no row has any.
  static func moderated(_ own: [Variance?]) -> [Variance?] {
    let known = own.compactMap { $0 }
    let degrees = known.reduce(0) { $0 + $1.degrees }
    guard degrees > 0 else { return own }
    let sum = known.reduce(0) { $0 + Double($1.degrees) * $1.value }
    let pooled = sum / Double(degrees)
    return own.map { variance in
      let others = known.count - (variance == nil ? 0 : 1)
      let prior = min(priorDegrees, others)
      let total = prior + (variance?.degrees ?? 0)
      let weighted =
        Double(prior) * pooled + Double(variance?.degrees ?? 0) * (variance?.value ?? 0)
      return Variance(value: weighted / Double(total), degrees: total)
    }
  }
}
