internal import Foundation

/// What the machine's speed of the moment added to each trial, judged by the trials around it.
///
/// Neighbouring trials are slow together: their residuals correlate by 0.3 at 0.3 s, by 0.1 at 10 s.
/// What other rows lost at that moment, relative to their own means, is taken off. With rows that
/// stop after different numbers of rounds it does more than steady them: without it a row that
/// stopped early keeps the speed of the first minutes, and a drift becomes a difference.
///
/// For the figures of rows only. A ratio pairs the rounds itself, and is taken of the values as they
/// are.
enum NeighbourCorrection {
  /// How many trials before and after are looked at: those further off weigh less than 2 % at the
  /// 0.3 s that a short trial takes, and cost time.
  static let reach = 14
  /// The time in which a neighbour's weight falls to 1/e, in seconds.
  static let decaySeconds = 1.0
  /// The weight of "nothing happened", in neighbours: draws the correction towards 0 where there
  /// are few. All three are fixed by the first release's trials.
  static let shrinkage = 0.3
  /// Row means and corrections depend on each other. After ten rounds of computing one from the
  /// other they move by less than their noise.
  static let iterations = 10

  /// The correction m of each trial, to be subtracted: Σ w·e ÷ (0.3 + Σ w) over the trials of other
  /// rows within ±14 trials, with w = exp(−|Δt| ÷ 1 s) and e the residual of a neighbour from the
  /// mean of y − m over its row. 0 for a trial without such neighbours.
  ///
  /// The arrays are parallel, one entry a trial in any order: its row, its time in seconds since
  /// anything, and ln of its value, which must be finite. A trial of 0/s says how the server fared
  /// and not the machine, so it has no place here. Trials of the same time keep the order given.
  ///
  /// A constant added to a row leaves every m as it is. Costs trials × 14 × 10 steps.
  static func corrections(
    rows: [Int], seconds: [Double], logs: [Double], iterations: Int = Self.iterations
  ) -> [Double] {
    precondition(rows.count == logs.count && seconds.count == logs.count)
    let order = seconds.indices.sorted { (seconds[$0], $0) < (seconds[$1], $1) }
    let means = RowMeans(order.map { rows[$0] })
    let pairs = Neighbours(order.map { rows[$0] }, order.map { seconds[$0] })
    let y = order.map { logs[$0] }
    let weights = pairs.sums(of: y.map { _ in 1 }, from: shrinkage)
    var correction = [Double](repeating: 0, count: y.count)
    for _ in 0..<iterations {
      let sums = pairs.sums(of: means.residuals(y, correction))
      for trial in sums.indices { correction[trial] = sums[trial] / weights[trial] }
    }
    var unsorted = correction
    for (position, trial) in order.enumerated() { unsorted[trial] = correction[position] }
    return unsorted
  }
}

/// All pairs of neighbours, by their positions in time, and what they weigh for each other.
///
/// Arrays of numbers and loops that count by hand: these are the steps that a report takes its time for.
private struct Neighbours {
  private var first: [Int] = []
  private var second: [Int] = []
  private var weight: [Double] = []

  /// - Parameters: of trials in the order of time.
  init(_ rows: [Int], _ seconds: [Double]) {
    var earlier = 0
    while earlier < rows.count {
      let last = min(earlier + NeighbourCorrection.reach, rows.count - 1)
      var later = earlier + 1
      while later <= last {
        if rows[earlier] != rows[later] {
          first.append(earlier)
          second.append(later)
          let distance = seconds[earlier] - seconds[later]
          weight.append(exp(distance / NeighbourCorrection.decaySeconds))
        }
        later += 1
      }
      earlier += 1
    }
  }

  /// Of each trial, `start` + Σ w·e over its neighbours.
  func sums(of residuals: [Double], from start: Double = 0) -> [Double] {
    var sums = [Double](repeating: start, count: residuals.count)
    var pair = 0
    while pair < weight.count {
      let (one, other) = (first[pair], second[pair])
      sums[one] += weight[pair] * residuals[other]
      sums[other] += weight[pair] * residuals[one]
      pair += 1
    }
    return sums
  }
}

/// Which trials belong together, for means over rows.
private struct RowMeans {
  /// Of each trial, counted from 0 in the order of appearance.
  private let groups: [Int]
  private let counts: [Double]

  init(_ rows: [Int]) {
    var numbers: [Int: Int] = [:]
    var counts: [Double] = []
    groups = rows.map { row in
      let group = numbers[row, default: counts.count]
      if group == counts.count {
        numbers[row] = group
        counts.append(0)
      }
      counts[group] += 1
      return group
    }
    self.counts = counts
  }

  /// y minus the mean over its row of y − correction.
  func residuals(_ y: [Double], _ correction: [Double]) -> [Double] {
    var means = [Double](repeating: 0, count: counts.count)
    for trial in groups.indices { means[groups[trial]] += y[trial] - correction[trial] }
    for group in means.indices { means[group] /= counts[group] }
    return groups.indices.map { y[$0] - means[groups[$0]] }
  }
}
