/// What a comparison allows to be said of the new scenario against its base.
enum Verdict: Equatable, Sendable {
  /// A difference was shown, to the good.
  case better
  /// A difference was shown, to the bad.
  case worse
  /// The two were shown to be equal within a bound: 0.07 is "within 7 %". At most `margin` − 1.
  case tie(within: Double)
  /// Neither was shown. Not the same as equal.
  case undecided

  /// Which way is good.
  enum Better: String, Encodable, Sendable {
    /// Messages/s.
    case higher
    /// Costs and latencies.
    case lower
  }

  /// Ratios within ÷1.10 … ×1.10 are a tie: two runs of the same suite differ by as much, so a
  /// smaller difference is no reason to choose.
  static let margin = 1.10
  /// Of the interval that must lie within the margin. As in a test of equivalence by two one-sided
  /// tests (Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15, 1987), but with each
  /// side at 2.5 % where 5 % is usual: a tie is looked for several times.
  static let tieConfidence = Interval.defaultConfidence
  /// Of the interval that must exclude 1: six looks at 99.9 % find a difference where there is none
  /// in 0.3 % of comparisons, a look after every round at 95 % in 20 %.
  static let differenceConfidence = 0.999

  /// - Parameters:
  ///   - equivalence: the interval of the ratio new/base with `tieConfidence`.
  ///   - difference: that with `differenceConfidence`. Without both nothing is decided.
  ///   - better: which ratio is to the good.
  init(equivalence: Interval?, difference: Interval?, better: Better) {
    guard let equivalence, let difference else {
      self = .undecided
      return
    }
    // The farther end as a ratio above 1: half and double are equally far from the same.
    let farthest = max(equivalence.upper, 1 / equivalence.lower)
    if difference.lower > 1 {
      self = better == .higher ? .better : .worse
    } else if difference.upper < 1 {
      self = better == .lower ? .better : .worse
    } else if equivalence.lower > 0 && farthest <= Self.margin {
      self = .tie(within: farthest - 1)
    } else {
      self = .undecided
    }
  }

  /// From the ratio of a comparison.
  init(_ ratio: LogEstimate, better: Better) {
    self.init(
      equivalence: ratio.interval(confidence: Self.tieConfidence),
      difference: ratio.interval(confidence: Self.differenceConfidence),
      better: better)
  }
}

extension Verdict {
  /// Without its bound: one word.
  var word: String {
    switch self {
    case .better: "better"
    case .worse: "worse"
    case .tie: "tie"
    case .undecided: "undecided"
    }
  }

  /// Of a tie; nil else.
  var bound: Double? {
    if case .tie(let bound) = self { bound } else { nil }
  }
}

extension Verdict: CustomStringConvertible {
  /// `tie, within 7 %`: the bound in whole percent, rounded up so that it is true.
  var description: String {
    guard let bound else { return word }
    // 1.1 − 1 is a little more than 0.1, and no bound is beyond the margin's 10 %.
    return "tie, within \(max(1, Int((100 * bound - 1e-9).rounded(.up)))) %"
  }
}

extension Interval {
  /// Of a ratio: whether all of it is worse by more than `threshold` (0.05 for 5 %), which is below
  /// ÷1.05 where higher is better, and above ×1.05 where lower is.
  func isWorse(beyond threshold: Double, better: Verdict.Better) -> Bool {
    switch better {
    case .higher: upper < 1 / (1 + threshold)
    case .lower: lower > 1 + threshold
    }
  }
}
