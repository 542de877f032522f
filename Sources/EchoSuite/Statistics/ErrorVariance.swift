/// How far an estimate may be off: a sum of variances, some of which are estimates themselves.
///
/// The sum has the degrees of freedom that make its own variance right, (Σ v)² ÷ Σ (v² ÷ degrees):
/// Satterthwaite, "An Approximate Distribution of Estimates of Variance Components", Biometrics
/// Bulletin 2 (1946); Welch, "The Generalization of 'Student's' Problem", Biometrika 34 (1947).
struct ErrorVariance: Equatable, Sendable {
  /// In the unit of the estimate, squared.
  private(set) var value = 0.0
  /// Σ v² ÷ degrees: half the variance of `value`. 0 where all of it is known.
  private var doubt = 0.0

  /// A variance that is not estimated.
  init(known value: Double = 0) {
    self.value = value
  }

  /// An estimate.
  init(_ value: Double, degrees: Int) {
    self.value = value
    doubt = value * value / Double(degrees)
  }

  static func + (left: ErrorVariance, right: ErrorVariance) -> ErrorVariance {
    var sum = left
    sum.value += right.value
    sum.doubt += right.doubt
    return sum
  }

  /// Of a factor times the estimate.
  func scaled(by factor: Double) -> ErrorVariance {
    var scaled = self
    scaled.value *= factor * factor
    scaled.doubt *= factor * factor * factor * factor
    return scaled
  }

  /// At least 1; a million stand for all there are, where Student's t is the normal distribution.
  var degrees: Double {
    doubt > 0 ? min(max(1, value * value / doubt), Self.mostDegrees) : Self.mostDegrees
  }

  private static let mostDegrees = 1e6

  /// Half the width of the interval of the estimate.
  func halfWidth(confidence: Double = Interval.defaultConfidence) -> Double {
    StudentT(degrees: degrees).quantile(confidence: confidence) * value.squareRoot()
  }
}
