/// A figure over rounds: its value, how far that can be trusted, and the spread of the rounds.
struct Estimate: Encodable, Equatable, Sendable {
  /// In the unit of the figure.
  let value: Double
  /// Nil for a value that is not estimated (the mean or the most of all rounds, or the last), and where rounds
  /// are too few to say how they vary.
  let interval: Interval?
  /// Interquartile range ÷ median of the rounds; nil when the median is 0, or nothing is estimated.
  let spread: Double?
  let method: Method

  /// What the value is of the rounds.
  enum Method: String, Encodable, Sendable {
    /// The trimmed geometric mean, corrected for the moment, its variance moderated over the suite
    /// (``LogEstimate``).
    case moderated
    /// The median, with the interval of order statistics: of a row that is alone, or stalls.
    case median
    /// The trimmed mean of a share, its variance moderated over the suite (``shares(of:)``).
    case share
    /// The mean.
    case mean
    /// Not estimated.
    case exact
  }

  init(value: Double, interval: Interval?, spread: Double?, method: Method) {
    self.value = value
    self.interval = interval
    self.spread = spread
    self.method = method
  }

  /// The median and its interval from order statistics; nil without values. A single round has no
  /// interval: it says nothing of the next.
  init?(medianOf values: some Sequence<Double>) {
    guard let sample = Sample(values) else { return nil }
    self.init(
      value: sample.median, interval: sample.count > 1 ? sample.medianInterval() : nil,
      spread: sample.spread, method: .median)
  }

  /// The mean, which says nothing of how far it can be trusted; nil without values.
  init?(meanOf values: [Double]) {
    guard !values.isEmpty else { return nil }
    self.init(
      value: values.reduce(0, +) / Double(values.count), interval: nil, spread: nil, method: .mean)
  }

  /// A value that is what it is.
  init(exactly value: Double) {
    self.init(value: value, interval: nil, spread: nil, method: .exact)
  }

  /// One figure of every row of a suite, all at once: what rows have in common helps to estimate
  /// each. Nil for a row without values.
  ///
  /// A row that is alone in its suite, and one that stalls in so many rounds that a mean of
  /// logarithms says nothing, has the median.
  static func all(of rows: [Series]) -> [Estimate?] {
    let isAlone = rows.count { !$0.points.isEmpty } == 1
    let estimates = isAlone ? [:] : LogEstimate.all(of: rows)
    return rows.enumerated().map { row, series in
      guard let estimate = estimates[row], let figure = estimate.figure else {
        return Estimate(medianOf: series.values)
      }
      return Estimate(
        value: figure, interval: estimate.interval(), spread: Sample(series.values)?.spread,
        method: .moderated)
    }
  }

  /// Half the width of the interval, relative to the value: the x of "± x". Nil without an interval.
  var precision: Double? { interval?.relativeHalfWidth(around: value) }
}
