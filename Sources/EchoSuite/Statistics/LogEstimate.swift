internal import Foundation

/// A figure that was averaged as a logarithm: what a row shows, or a comparison.
///
/// Speeds and costs vary by factors, so that means, intervals and ratios are taken of ln(value): the
/// middle is a ``TrimmedMean``, its variance is moderated over the suite (``Variance/moderated(_:)``),
/// and the interval is Student's.
///
/// **Zeros.** A stalled window is 0/s, and its logarithm −∞: the lowest of its sample, whatever the
/// unit. Up to ⌊n ÷ 5⌋ of them are among the values that a trimmed mean leaves out on its lower
/// side, and are counted there as any low value is. With more the middle reaches into zeros and
/// nothing true can be said of it in logarithms: there is no figure, no interval, no precision, and
/// `zeros` says why. Only where all of the middle is zero the figure is 0. Nothing is ever dropped.
struct LogEstimate: Equatable, Sendable {
  /// Values that are in, n; zeros too.
  let count: Int
  /// Of them those that were 0; of a ratio, those in which only the new side was.
  let zeros: Int
  /// Of a ratio, those in which only the base was 0; else 0.
  let infinities: Int
  /// ln of the figure. Nil where too many logarithms are infinite, or without values.
  let centre: Double?
  /// Moderated. Nil where `centre` is, and where nothing in the suite says how values vary.
  let variance: Variance?

  /// The estimates of one metric of a suite, moderated together.
  ///
  /// - Parameter samples: of each row (or comparison) the logarithms of its values in any order, −∞
  ///   for a zero; none of them NaN.
  /// - Returns: as many, in the same order.
  static func suite(_ samples: [[Double]]) -> [LogEstimate] {
    let means = samples.map { TrimmedMean($0) }
    let variances = Variance.moderated(means.map { $0?.variance })
    return samples.indices.map { row in
      LogEstimate(
        count: samples[row].count,
        zeros: samples[row].count { $0 == -.infinity },
        infinities: samples[row].count { $0 == .infinity },
        centre: means[row]?.centre,
        variance: means[row] == nil ? nil : variances[row])
    }
  }

  /// In the unit of the values: their trimmed geometric mean. 0 where all of the middle is, which
  /// has no interval.
  var figure: Double? {
    if let centre { return exp(centre) }
    return count > 0 && zeros >= count - TrimmedMean.trimmed(of: count) ? 0 : nil
  }

  /// Half the width of the interval of `centre`.
  func halfWidth(confidence: Double = Interval.defaultConfidence) -> Double? {
    variance?.halfWidth(ofMeanOf: count, confidence: confidence)
  }

  /// exp(centre ± half width), in the unit of the values.
  func interval(confidence: Double = Interval.defaultConfidence) -> Interval? {
    guard let centre, let halfWidth = halfWidth(confidence: confidence) else { return nil }
    return Interval(
      lower: exp(centre - halfWidth), upper: exp(centre + halfWidth), coverage: confidence)
  }

  /// Half the width of the interval relative to the figure, the x of "± x": sinh of `halfWidth`.
  func precision(confidence: Double = Interval.defaultConfidence) -> Double? {
    halfWidth(confidence: confidence).map { sinh($0) }
  }
}
