/// What one scenario gave over its rounds: at least one finite value, kept in ascending order.
///
/// The unit is the caller's; every statistic here has the unit of the values, or none.
struct Sample: Equatable, Sendable {
  /// The values in ascending order: `sorted[k - 1]` is the order statistic x(k). Never empty.
  let sorted: [Double]

  /// The sample of `values`, in any order; `nil` when there are none or one isn't finite.
  init?(_ values: some Sequence<Double>) {
    let sorted = values.sorted()
    guard !sorted.isEmpty, sorted.allSatisfy(\.isFinite) else { return nil }
    self.sorted = sorted
  }

  /// How many values there are, at least 1.
  var count: Int { sorted.count }

  /// The smallest value.
  var min: Double { sorted[0] }

  /// The largest value.
  var max: Double { sorted[count - 1] }

  /// The middle value, or the mean of the two middle ones when the count is even.
  var median: Double { quantile(0.5) }

  /// The interquartile range divided by the size of the median: without unit, 0 when all values
  /// agree.
  ///
  /// Quartiles rather than the extremes, because a range grows with the number of rounds and one
  /// disturbed round decides it; not the standard deviation, because rounds aren't normally
  /// distributed. `nil` when the median is 0, which nothing can be relative to.
  var spread: Double? {
    guard median != 0 else { return nil }
    return (quantile(0.75) - quantile(0.25)) / median.magnitude
  }

  /// The value below which `fraction` (0...1) of the sample lies, interpolated linearly between
  /// the neighbouring order statistics.
  ///
  /// Definition 7 of Hyndman & Fan, "Sample Quantiles in Statistical Packages", The American
  /// Statistician 50 (1996): the default of R and NumPy, and the usual median at one half.
  func quantile(_ fraction: Double) -> Double {
    precondition((0...1).contains(fraction), "a quantile's fraction is within 0...1")
    let position = fraction * Double(count - 1)
    let below = Int(position)
    let above = Swift.min(below + 1, count - 1)
    let weight = position - Double(below)
    return sorted[below] + (sorted[above] - sorted[below]) * weight
  }
}
