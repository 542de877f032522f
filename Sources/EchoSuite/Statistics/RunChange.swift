internal import Foundation

/// The same row in two runs of a suite, unpaired: what its figure changed by, as far as the rounds of
/// both tell.
///
/// Nothing ties a round of one run to one of the other, so each has its own estimate, and their
/// variances add up (Yuen 1974). What the machine did between the runs is not in it: see ``Drift``.
struct RunChange: Equatable, Sendable {
  /// Rows of the same server have the same.
  let server: Int
  /// ln(new ÷ base).
  let logRatio: Double
  /// Of the rounds of both runs.
  let noise: ErrorVariance

  init(server: Int, logRatio: Double, noise: ErrorVariance) {
    self.server = server
    self.logRatio = logRatio
    self.noise = noise
  }

  /// Nil where either has no figure, or nothing says how its rounds vary.
  init?(server: Int, base: LogEstimate, new: LogEstimate) {
    guard let before = base.centre, let after = new.centre, let baseNoise = base.error,
      let newNoise = new.error
    else { return nil }
    self.init(server: server, logRatio: after - before, noise: baseNoise + newNoise)
  }
}

extension LogEstimate {
  /// Of `centre`.
  fileprivate var error: ErrorVariance? {
    variance.map { ErrorVariance($0.value / Double(count), degrees: $0.degrees) }
  }
}

/// What a change was by what the machine cannot explain.
struct RunRatio: Equatable, Sendable {
  /// ln(new ÷ base), without the drift that was measured.
  let logarithm: Double
  /// Of the rounds and of the drift.
  let error: ErrorVariance
  let drift: Drift

  /// new ÷ base.
  var value: Double { exp(logarithm) }

  func interval(confidence: Double = Interval.defaultConfidence) -> Interval {
    let halfWidth = error.halfWidth(confidence: confidence)
    return Interval(
      lower: exp(logarithm - halfWidth), upper: exp(logarithm + halfWidth), coverage: confidence)
  }

  func verdict(better: Verdict.Better) -> Verdict {
    Verdict(
      equivalence: interval(confidence: Verdict.tieConfidence),
      difference: interval(confidence: Verdict.differenceConfidence), better: better)
  }

  /// Whether it is worse by more than `threshold` (0.05 for 5 %): the whole interval with `confidence`
  /// lies below ÷1.05 where higher is better, or above ×1.05.
  func isWorse(beyond threshold: Double, better: Verdict.Better, confidence: Double) -> Bool {
    interval(confidence: confidence).isWorse(beyond: threshold, better: better)
  }
}

extension RunRatio {
  /// A row by itself.
  init(_ change: RunChange, _ drift: Drift) {
    logarithm = change.logRatio - drift.shift
    error = change.noise + drift.error
    self.drift = drift
  }

  /// All rows of a server taken together, which is to say their geometric mean. The noise of their
  /// rounds averages out; the drift does not, as far as is known: what made one of them faster may
  /// have made all of them so.
  init?(ofServer rows: [RunChange], _ drift: Drift) {
    guard !rows.isEmpty else { return nil }
    let share = 1 / Double(rows.count)
    logarithm = rows.reduce(0) { $0 + $1.logRatio } * share - drift.shift
    let noise = rows.reduce(ErrorVariance()) { $0 + $1.noise.scaled(by: share) }
    error = noise + drift.error
    self.drift = drift
  }
}
