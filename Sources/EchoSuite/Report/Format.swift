internal import Foundation

/// `1 round`, `2 rounds`.
func plural(_ count: Int, _ noun: String) -> String {
  count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
}

/// `value` with `digits` decimals, whatever the locale: `12.30`.
public func fixed(_ value: Double, _ digits: Int) -> String {
  String(format: "%.\(digits)f", value)
}
