internal import Foundation

/// Where the values of an axis lie in a picture.
struct Scale: Equatable, Sendable {
  enum Kind: Sendable {
    case linear
    /// For what differs by factors: the same factor is the same length everywhere.
    case logarithmic
  }

  let kind: Kind
  /// The values at its ends, the lower first; above 0 where it is logarithmic.
  let values: ClosedRange<Double>
  /// In pixels, where the lower end lies and where the upper.
  let start: Double
  let end: Double

  init(_ kind: Kind, _ values: ClosedRange<Double>, from start: Double, to end: Double) {
    self.kind = kind
    // Values that are all the same are in the middle.
    let isPoint = values.lowerBound == values.upperBound
    // A picture has ends, whatever has none.
    let least = kind == .logarithmic ? Self.least : -1 / Self.least
    let lower = min(max(values.lowerBound, least), 1 / Self.least)
    let upper = min(max(values.upperBound, lower), 1 / Self.least)
    self.values =
      !isPoint
      ? lower...max(upper, lower.nextUp)
      : kind == .logarithmic
        ? lower / 2...max(upper, lower) * 2
        : lower - max(1, abs(lower) / 2)...upper + max(1, abs(upper) / 2)
    self.start = start
    self.end = end
  }

  /// In pixels; of a value beyond an end, that end. What is no number lies at the start.
  func callAsFunction(_ value: Double) -> Double {
    guard !value.isNaN else { return start }
    let held = min(max(value, values.lowerBound), values.upperBound)
    let (low, high, here) = (
      measure(values.lowerBound), measure(values.upperBound), measure(held)
    )
    guard high > low else { return start }
    return start + (here - low) / (high - low) * (end - start)
  }

  /// Far below, and one by it far above, all that there is of anything.
  private static let least = 1e-100

  private func measure(_ value: Double) -> Double { kind == .logarithmic ? log(value) : value }
}

extension Scale {
  /// Round values within the ends, at most `most` of them: 1, 2 and 5 of each power of ten, fewer where
  /// these are many, and more where they are less than three.
  func ticks(atMost most: Int = 6) -> [Double] {
    kind == .linear ? linearTicks(most) : logarithmicTicks(most)
  }

  private func linearTicks(_ most: Int) -> [Double] {
    let span = values.upperBound - values.lowerBound
    let finest = Int(floor(log10(span))) - 2
    let steps = (finest...finest + 4).flatMap { exponent in [1, 2, 5].map { $0 * power(exponent) } }
    for step in steps {
      let first = (values.lowerBound / step).rounded(.up)
      let last = (values.upperBound / step).rounded(.down)
      guard last - first < Double(most) else { continue }
      return first > last ? [] : stride(from: first, through: last, by: 1).map { $0 * step }
    }
    return []
  }

  private func logarithmicTicks(_ most: Int) -> [Double] {
    let exponents =
      Int(floor(log10(values.lowerBound)))...Int(ceil(log10(values.upperBound)))
    let choices: [[Double]] = [
      [1, 2, 5], [1, 3], [1, 2, 3, 5, 7], [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9],
    ]
    for factors in choices {
      let ticks = exponents.flatMap { exponent in factors.map { $0 * power(exponent) } }
        .filter(values.contains)
      if (3...max(3, most)).contains(ticks.count) { return ticks }
    }
    let powers = exponents.filter { values.contains(power($0)) }
    let every = (powers.count + most - 1) / max(1, most)
    return powers.filter { $0 % max(1, every) == 0 }.map(power)
  }

  private func power(_ exponent: Int) -> Double { pow(10, Double(exponent)) }
}
