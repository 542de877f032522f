internal import Foundation

/// Student's t distribution: how far a mean may be off when its variance is itself an estimate.
///
/// The tails are a regularized incomplete beta function (DLMF 26.5, 8.17.22; its continued fraction
/// by Lentz's method as in Press et al., "Numerical Recipes", 3rd edition, section 6.4), quantiles
/// are their inverse by Newton's method. Relative error of a quantile: under 10⁻¹¹ up to 10,000
/// degrees, under 10⁻⁸ up to a million, where the two ln Γ cancel.
struct StudentT: Sendable {
  /// Degrees of freedom; above 0, not necessarily whole.
  let degrees: Double
  /// ln B(degrees/2, 1/2).
  private let logBeta: Double

  init(degrees: Double) {
    precondition(degrees > 0 && degrees.isFinite, "Student's t has degrees of freedom")
    self.degrees = degrees
    logBeta = lgamma(degrees / 2) + lgamma(0.5) - lgamma((degrees + 1) / 2)
  }

  /// The t that a value exceeds in size, on either side, with probability 1 − `confidence`, which
  /// is above 0 and below 1: at 0.95 the quantile t(0.975).
  ///
  /// Newton's method on ln tails against ln t. That curve falls and is concave (ln t² is Fisher's
  /// z, whose density is log-concave), so every step ends at or beyond the solution and from there
  /// comes back to it: no bracket is needed.
  func quantile(confidence: Double) -> Double {
    precondition(confidence > 0 && confidence < 1, "a confidence is between 0 and 1")
    let wanted = log1p(-confidence)
    // Above the normal distribution's quantile: tails(t) ≤ exp(−t²/2).
    var t = (-2 * wanted).squareRoot()
    // Ten steps do; the bound is for a step that keeps jumping between two neighbouring numbers.
    for _ in 0..<100 {
      let tails = logTails(beyond: t)
      let slope = -t * exp(logDensity(t) - tails)
      let step = (wanted - tails) / slope
      t *= exp(step)
      if step.magnitude < 1e-14 { break }
    }
    return t
  }

  /// The probability of a value further from 0 than `t` (at least 0), on either side.
  func tails(beyond t: Double) -> Double { exp(logTails(beyond: t)) }

  /// ln of the two tails, so that a far step does not underflow: ln I(x; degrees/2, 1/2) with
  /// x = degrees ÷ (degrees + t²).
  private func logTails(beyond t: Double) -> Double {
    let a = degrees / 2
    let b = 0.5
    let x = degrees / (degrees + t * t)
    let y = t * t / (degrees + t * t)
    guard y > 0 else { return 0 }
    let front = a * log(x) + b * log(y) - logBeta
    // Where the fraction converges fast; on the other side I(x; a, b) = 1 − I(1 − x; b, a).
    if x < (a + 1) / (a + b + 2) { return front + log(Self.fraction(a, b, x) / a) }
    return log1p(-exp(front) * Self.fraction(b, a, y) / b)
  }

  /// ln of the density of |T|: both sides together.
  private func logDensity(_ t: Double) -> Double {
    log(2) - log(degrees) / 2 - logBeta - (degrees + 1) / 2 * log1p(t * t / degrees)
  }

  /// The continued fraction of the incomplete beta function. Needs about √max(a, b) terms.
  private static func fraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    // Stands for a denominator of 0, which the next term then removes.
    let tiny = 1e-300
    func inverse(_ value: Double) -> Double { 1 / (value.magnitude < tiny ? tiny : value) }
    var c = 1.0
    var d = inverse(1 - (a + b) * x / (a + 1))
    var result = d
    for term in 1...10_000 {
      let m = Double(term)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = inverse(1 + even * d)
      c = 1 + even * inverse(c)
      result *= c * d
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = inverse(1 + odd * d)
      c = 1 + odd * inverse(c)
      result *= c * d
      if (c * d - 1).magnitude < 1e-15 { break }
    }
    return result
  }
}
