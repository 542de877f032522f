internal import Foundation

extension Interval {
  /// `0.97–1.03`, and where its coverage is less than is asked for, that too: `0.97–1.03 (93.8 %)`.
  func text(_ format: (Double) -> String) -> String {
    "\(format(lower))–\(format(upper))" + (meets() ? "" : " (\(fixed(100 * coverage, 1)) %)")
  }
}

extension Metric {
  /// A value as tables have it.
  func text(_ value: Double) -> String { fixed(value / divisor, digits) }

  /// A value as CSV has it.
  func rawText(_ value: Double) -> String { fixed(value, rawDigits) }
}

extension String {
  /// Followed by spaces up to `width` characters.
  public func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}

/// A ratio: two decimals, and more or none where those say nothing: `1.72`, `0.0013`, `1723`.
func ratioFigure(_ ratio: Double) -> String {
  switch abs(ratio) {
  case 0: fixed(0, 2)
  case ..<0.00995: fixed(ratio, 4)
  case ..<99.995: fixed(ratio, 2)
  default: fixed(ratio, 0)
  }
}

/// `value` with `digits` decimals, whatever the locale: `12.30`.
public func fixed(_ value: Double, _ digits: Int) -> String {
  String(format: "%.\(digits)f", value)
}
