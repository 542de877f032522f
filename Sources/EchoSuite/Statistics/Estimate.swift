/// A figure over rounds: its median, the interval of the median, and the spread of the rounds.
struct Estimate: Codable, Equatable, Sendable {
  let median: Double
  let interval: Interval
  /// Interquartile range ÷ median; nil when the median is 0.
  let spread: Double?

  /// Nil without values.
  init?(_ values: some Sequence<Double>) {
    guard let sample = Sample(values) else { return nil }
    median = sample.median
    interval = sample.medianInterval()
    spread = sample.spread
  }

  /// Half the width of the interval, relative to the median.
  var relativeHalfWidth: Double { interval.relativeHalfWidth(around: median) ?? 0 }
}
