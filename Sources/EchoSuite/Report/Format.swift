internal import Foundation

/// `value` with `digits` decimals, whatever the locale: `12.30`.
public func fixed(_ value: Double, _ digits: Int) -> String {
  String(format: "%.\(digits)f", value)
}
