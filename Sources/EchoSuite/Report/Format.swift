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

/// `value` with `digits` decimals, whatever the locale: `12.30`.
public func fixed(_ value: Double, _ digits: Int) -> String {
  String(format: "%.\(digits)f", value)
}
