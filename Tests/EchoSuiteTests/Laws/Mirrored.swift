import Laws

@testable import EchoSuite

extension Verdict {
  /// What has to be said of the same two with their sides changed.
  var mirrored: Verdict {
    switch self {
    case .better: .worse
    case .worse: .better
    case .tie, .undecided: self
    }
  }
}

/// Holds two comparisons the same, but for rounding.
func holdSame(_ found: Comparison?, _ expected: Comparison?, _ subject: String = "it") throws {
  try holdSame(found?.verdict, expected?.verdict, subject)
  try holdEqual(found?.rounds, expected?.rounds, "\(subject): rounds")
  try holdNear(found?.value, expected?.value, "\(subject): the ratio")
  try holdNear(found?.interval?.lower, expected?.interval?.lower, "\(subject): the lower end")
  try holdNear(found?.interval?.upper, expected?.interval?.upper, "\(subject): the upper end")
}

/// Holds a comparison what the other is with its two sides changed.
func holdMirrored(_ found: Comparison?, _ other: Comparison?, _ subject: String = "it") throws {
  try holdSame(found?.verdict, other?.verdict.mirrored, subject)
  try holdEqual(found?.rounds, other?.rounds, "\(subject): rounds")
  // Where the base stalled there is no ratio, and where the other did it is 0.
  guard let value = found?.value, value > 0 else {
    return try hold(
      (other?.value ?? 0) == 0, "\(subject): the other way the ratio is \(other?.value as Any)")
  }
  try holdNear(value, other?.value.map { 1 / $0 }, "\(subject): the ratio")
  try holdNear(
    found?.interval?.lower, (other?.interval?.upper).map { 1 / $0 }, "\(subject): the lower end")
  try holdNear(
    found?.interval?.upper, (other?.interval?.lower).map { 1 / $0 }, "\(subject): the upper end")
}

func holdSame(_ found: Verdict?, _ expected: Verdict?, _ subject: String = "it") throws {
  try holdEqual(found?.word, expected?.word, "\(subject): the verdict")
  try holdNear(found?.bound, expected?.bound, "\(subject): the bound")
}
