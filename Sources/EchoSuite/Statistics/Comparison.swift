/// A ratio with its interval against a reference scenario, and what may be concluded from it.
struct Comparison: Equatable, Sendable {
  /// What a comparison allows to be said about new/base.
  enum Verdict: String, Codable, Sendable {
    /// No difference was shown: the interval contains 1, or the ratio is within the noise floor.
    case tie
    /// The new scenario's value is higher than the base's, be that good or bad.
    case higher
    /// The new scenario's value is lower than the base's.
    case lower
    /// Too few rounds to conclude anything, not even a tie.
    case undecided
  }

  /// The coverage below which an interval decides nothing: 90 %.
  ///
  /// Five rounds have 93.75 % and may conclude, with their coverage stated; four have 87.5 %, one
  /// wrong verdict in eight, and may not.
  static let minimumCoverage = 0.9

  /// The ratio new/base.
  let value: Double
  /// Of the ratio.
  let interval: Interval
  let verdict: Verdict

  /// - Parameter noiseFloor: what an A/A pair of the same suite showed, if one was run.
  init(_ ratio: PairedRatio, noiseFloor: NoiseFloor? = nil) {
    value = ratio.median
    interval = ratio.interval
    verdict = Self.verdict(ratio, noiseFloor: noiseFloor)
  }

  /// One figure of every pair of rows that a suite compares, all at once, as in ``Estimate/all(of:)``.
  /// Nil for a pair without a common round.
  static func all(
    of pairs: [(new: Series, base: Series)], noiseFloor: NoiseFloor?
  ) -> [Comparison?] {
    pairs.map { new, base in
      PairedRatio(new: new, base: base).map { Comparison($0, noiseFloor: noiseFloor) }
    }
  }

  /// A difference has to pass twice: the interval excludes 1, and the median ratio, which is the
  /// difference a reader takes away, exceeds what the same scenario shows against itself.
  private static func verdict(_ ratio: PairedRatio, noiseFloor: NoiseFloor?) -> Verdict {
    guard ratio.interval.meets(minimumCoverage) else { return .undecided }
    if ratio.interval.contains(1) { return .tie }
    if let noiseFloor, noiseFloor.covers(ratio.median) { return .tie }
    return ratio.median > 1 ? .higher : .lower
  }
}
