/// A figure over rounds: its value, how far that can be trusted, and the spread of the rounds.
struct Estimate: Encodable, Equatable, Sendable {
  /// In the unit of the figure.
  let value: Double
  /// Nil for a value that is not estimated: the most of all rounds, or the last.
  let interval: Interval?
  /// Interquartile range ÷ median of the rounds; nil when the median is 0, or nothing is estimated.
  let spread: Double?

  /// The median and its interval from order statistics; nil without values.
  init?(medianOf values: some Sequence<Double>) {
    guard let sample = Sample(values) else { return nil }
    value = sample.median
    interval = sample.medianInterval()
    spread = sample.spread
  }

  /// A value that is what it is.
  init(exactly value: Double) {
    self.value = value
    interval = nil
    spread = nil
  }

  /// One figure of every row of a suite, all at once: what rows have in common can help to estimate
  /// each. Nil for a row without values.
  static func all(of rows: [Series]) -> [Estimate?] {
    rows.map { Estimate(medianOf: $0.values) }
  }

  /// Half the width of the interval, relative to the value.
  var relativeHalfWidth: Double { interval?.relativeHalfWidth(around: value) ?? 0 }
}
