/// A variance as it was estimated: a value and how much is behind it.
struct Variance: Equatable, Sendable {
  /// In the unit of the values, squared. The mean of n values it belongs to has a standard error
  /// of √(value ÷ n).
  let value: Double
  /// Degrees of freedom, at least 1.
  let degrees: Int
}
