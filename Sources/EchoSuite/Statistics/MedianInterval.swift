/// Which two order statistics enclose the median of a population, and how surely.
///
/// A value is below the median with probability 1/2, so the number of values below it is binomial
/// and the interval x(k)...x(n+1-k) misses it only if fewer than k values fall on one of its sides:
/// its coverage is the sum of C(n,i)/2ⁿ for i from k to n-k. Nothing is assumed about the shape of
/// the distribution. Coverage is exact when the distribution is continuous; ties only raise it.
///
/// Recommended for benchmark results by Hoefler & Belli, "Scientific Benchmarking of Parallel
/// Computing Systems", SC'15, section 3.1.3; derived in Le Boudec, "Performance Evaluation of
/// Computer and Communication Systems", chapter 2.
struct MedianRanks: Equatable, Sendable {
  /// The rank k of the lower end, counted from 1.
  let lower: Int
  /// The rank n+1-k of the upper end, counted from 1.
  let upper: Int
  /// The exact probability that the interval between them holds the median.
  let coverage: Double

  /// The narrowest symmetric pair for a sample of `count` values whose coverage is at least
  /// `confidence`, else the extremes with the coverage they have.
  ///
  /// Starts in the middle and widens by one rank on each side, so that terms are only ever added:
  /// no power of two underflows, and no small tail is lost in a subtraction from 1.
  init(count: Int, confidence: Double = Interval.defaultConfidence) {
    precondition(count >= 1, "a sample has at least one value")
    var rank = (count + 1) / 2
    var term = Self.middleTerm(count)
    var coverage = count.isMultiple(of: 2) ? term : 0
    while coverage < confidence && rank > 1 {
      rank -= 1
      // From C(n,k+1) to C(n,k). An odd count has two middle terms: its first factor is 1.
      term *= Double(rank + 1) / Double(count - rank)
      coverage += 2 * term
    }
    self.lower = rank
    self.upper = count + 1 - rank
    self.coverage = coverage
  }

  /// The largest binomial term, C(n,m)/2ⁿ with m = n/2 rounded down.
  private static func middleTerm(_ count: Int) -> Double {
    let half = count / 2
    var term = 1.0
    for step in 0..<half { term *= Double(2 * step + 1) / Double(2 * step + 2) }
    // C(2m+1,m) is C(2m,m) times (2m+1)/(m+1), and 2ⁿ doubles.
    return count.isMultiple(of: 2) ? term : term * Double(count) / Double(count + 1)
  }
}

extension Sample {
  /// The order-statistic interval of the population's median, see ``MedianRanks``.
  ///
  /// Up to five values can't reach 95 %: the interval is then min...max, and its `coverage` says
  /// what that is worth (5: 93.75 %, 4: 87.5 %, 3: 75 %, 2: 50 %, 1: nothing).
  func medianInterval(confidence: Double = Interval.defaultConfidence) -> Interval {
    let ranks = MedianRanks(count: count, confidence: confidence)
    return Interval(
      lower: sorted[ranks.lower - 1],
      upper: sorted[ranks.upper - 1],
      coverage: ranks.coverage)
  }
}
