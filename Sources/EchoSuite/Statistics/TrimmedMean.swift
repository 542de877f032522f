/// The mean of the middle three fifths of a sample, with the variance of such a mean.
///
/// Of n values ⌊n ÷ 5⌋ are left out on each side: a window that met a disturbance, or saw nothing
/// at all, counts as *low* and not by how low it is. A median leaves out more and pays for it: with
/// normal noise its variance is 1.37 times as large. The variance here is that of the winsorized
/// sample, in which a value left out counts as the nearest that is not.
///
/// Tukey & McLaughlin, "Less Vulnerable Confidence and Significance Procedures for Location Based
/// on a Single Sample", Sankhyā A 25 (1963); Yuen, "The Two-Sample Trimmed t for Unequal Population
/// Variances", Biometrika 61 (1974).
struct TrimmedMean: Equatable, Sendable {
  /// How many values there were, n, at least 1.
  let count: Int
  /// The mean of the middle, in the unit of the values.
  let centre: Double
  /// Scaled so that the standard error of `centre` is √(value ÷ n). Nil for a single value, which
  /// says nothing of how values vary.
  let variance: Variance?

  /// Of 5 values one on each side is left out, of fewer than 5 none: a mean of up to 4 values is
  /// the plain one with the plain variance.
  static func trimmed(of count: Int) -> Int { count / 5 }

  /// Nil without values, and where one of the middle isn't finite: values of −∞ and ∞ are allowed
  /// as far as they are left out.
  init?(_ values: some Sequence<Double>) {
    self.init(sorted: values.sorted())
  }

  /// - Parameter sorted: in ascending order.
  init?(sorted: [Double]) {
    let count = sorted.count
    let trimmed = Self.trimmed(of: count)
    let middle = sorted[trimmed..<(count - trimmed)]
    guard let lowest = middle.first, let highest = middle.last, lowest.isFinite, highest.isFinite
    else { return nil }
    var sum = 0.0
    for value in middle { sum += value }
    self.count = count
    self.centre = sum / Double(middle.count)
    guard middle.count > 1 else {
      variance = nil
      return
    }
    let sides = Double(trimmed)
    let mean = (sum + sides * (lowest + highest)) / Double(count)
    func square(_ value: Double) -> Double { (value - mean) * (value - mean) }
    var squares = sides * (square(lowest) + square(highest))
    for value in middle { squares += square(value) }
    let kept = Double(middle.count)
    variance = Variance(
      value: Double(count) * squares / (kept * (kept - 1)), degrees: middle.count - 1)
  }
}
