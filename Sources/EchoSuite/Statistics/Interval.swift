/// A range that holds the true value with a known probability.
struct Interval: Codable, Equatable, Sendable {
  /// The confidence asked for wherever nothing else is said: 95 %, the convention of the field.
  static let defaultConfidence = 0.95

  /// The lower end, in the unit of the sample.
  let lower: Double
  /// The upper end, at least `lower`.
  let upper: Double
  /// The probability (0..<1) that such an interval holds the true value. It is what the sample's
  /// size gives, not what was asked for: five values can give no more than 93.75 %.
  let coverage: Double

  /// From end to end, in the unit of the sample.
  var width: Double { upper - lower }

  /// Whether the coverage is at least `confidence`: if not, a report has to state the coverage.
  func meets(_ confidence: Double = Self.defaultConfidence) -> Bool {
    coverage >= confidence
  }

  /// Whether `value` lies within; the ends belong to the interval.
  func contains(_ value: Double) -> Bool {
    lower <= value && value <= upper
  }

  /// Half the width, relative to `centre`: the x of "median ± x". `nil` when `centre` is 0.
  func relativeHalfWidth(around centre: Double) -> Double? {
    guard centre != 0 else { return nil }
    return width / 2 / centre.magnitude
  }

  /// A number in JSON has an end (RFC 8259, section 6): so has an interval of two rounds that say nothing.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(lower, forKey: .lower)
    try container.encode(min(upper, .greatestFiniteMagnitude), forKey: .upper)
    try container.encode(coverage, forKey: .coverage)
  }
}
