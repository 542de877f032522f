/// A variance as it was estimated: a value and how much is behind it.
struct Variance: Equatable, Sendable {
  /// In the unit of the values, squared. The mean of n values it belongs to has a standard error
  /// of √(value ÷ n).
  let value: Double
  /// Degrees of freedom, at least 1.
  let degrees: Int

  /// Half the width of the interval of a mean of so many values: t · √(value ÷ n).
  func halfWidth(
    ofMeanOf count: Int, confidence: Double = Interval.defaultConfidence
  ) -> Double {
    let t = StudentT(degrees: Double(degrees)).quantile(confidence: confidence)
    return t * (value / Double(count)).squareRoot()
  }
}
