/// A line of a percentile distribution: so many round trips took at most so long.
public struct PercentileStep: Equatable, Sendable {
  /// The highest value of the bucket that reaches the percentile, in nanoseconds.
  public let value: UInt64
  /// The one that was looked for, 0 to 100.
  public let percentile: Double
  /// Round trips up to that value.
  public let count: UInt64
}

extension LatencyHistogram {
  /// The distribution by percentiles that come closer the nearer they are to 100: so many to each half
  /// of what is left. The last is 100; there is none in an empty histogram.
  ///
  /// Source: HdrHistogram's `PercentileIterator`.
  public func percentileSteps(perHalf ticks: Int = 5) -> [PercentileStep] {
    var steps: [PercentileStep] = []
    var (level, counted) = (0.0, UInt64(0))
    for bucket in buckets {
      counted += bucket.count
      let value = bucket.values.upperBound
      let reached = 100 * Double(counted) / Double(count)
      while level < 100, reached >= level {
        steps.append(PercentileStep(value: value, percentile: level, count: counted))
        let next = level + 100 / (Double(ticks) * halves(before: level))
        // As near to 100 as a number comes.
        level = next > level ? next : 100
        // Of the levels that the last bucket reaches there is one, and the end.
        if counted == count { break }
      }
      if counted == count {
        steps.append(PercentileStep(value: value, percentile: 100, count: counted))
      }
    }
    return steps
  }

  /// 2 in the first half, 4 in the half of the rest, and so on.
  private func halves(before level: Double) -> Double {
    Double(sign: .plus, exponent: (100 / (100 - level)).exponent + 1, significand: 1)
  }

  /// Mean and standard deviation in nanoseconds as HdrHistogram has them: of the buckets, each with its
  /// middle. 0 when nothing was recorded.
  public var deviation: (mean: Double, standard: Double) {
    guard count > 0 else { return (0, 0) }
    var total = 0.0
    for bucket in buckets { total += Double(bucket.middle) * Double(bucket.count) }
    let mean = total / Double(count)
    var squares = 0.0
    for bucket in buckets {
      let distance = Double(bucket.middle) - mean
      squares += distance * distance * Double(bucket.count)
    }
    return (mean, (squares / Double(count)).squareRoot())
  }
}
