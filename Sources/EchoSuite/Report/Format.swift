internal import Foundation

extension Interval {
  /// `0.97–1.03`, and where its coverage is less than is asked for, that too: `0.97–1.03 (93.8 %)`.
  func text(digits: Int) -> String {
    "\(fixed(lower, digits))–\(fixed(upper, digits))"
      + (meets() ? "" : " (\(fixed(100 * coverage, 1)) %)")
  }
}

extension String {
  /// Followed by spaces up to `width` characters.
  public func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}

/// The bytes of an MB as the blog counts them.
public let bytesPerMB = 1_048_576.0

/// `value` with `digits` decimals, whatever the locale: `12.30`.
public func fixed(_ value: Double, _ digits: Int) -> String {
  String(format: "%.\(digits)f", value)
}
