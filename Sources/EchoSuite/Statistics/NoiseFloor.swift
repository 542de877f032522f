/// How far two names for one and the same scenario came apart: differences below are not
/// differences.
///
/// It is taken from the ends of the A/A ratio's interval, not from its median. The median of A/A is
/// near 1 by luck often enough to promise a precision that isn't there; the farther end is the
/// largest difference which this many rounds on this machine can't tell from none.
struct NoiseFloor: Codable, Equatable, Sendable {
  /// The relative deviation from 1, as in 0.03 for 3 %; at least 0.
  let deviation: Double
  /// The probability with which the A/A interval holds the true ratio.
  let coverage: Double

  /// The floor that an A/A pair shows. Its two names can be swapped without changing it.
  init(_ same: PairedRatio) {
    self.deviation = max(
      Self.deviation(of: same.interval.lower), Self.deviation(of: same.interval.upper))
    self.coverage = same.interval.coverage
  }

  /// The floor that two rows of the same scenario show; nil when no round has both.
  init?(_ row: Series, again: Series) {
    guard let same = PairedRatio(new: again, base: row) else { return nil }
    self.init(same)
  }

  /// Whether a difference of this ratio is within the noise.
  func covers(_ ratio: Double) -> Bool {
    Self.deviation(of: ratio) <= deviation
  }

  /// The deviation of a ratio or its inverse, whichever is above 1: half and double are equally
  /// far from the same.
  private static func deviation(of ratio: Double) -> Double {
    max(ratio, 1 / ratio) - 1
  }
}
