internal import Foundation

/// Three digits of a value, which is as much as a picture shows: `7.18`, `36.1`, `127 k`, `1.20 M`.
func brief(_ value: Double) -> String {
  switch abs(value) {
  case 999_500_000...: "\(digits(value / 1e9)) G"
  case 999_500...: "\(digits(value / 1e6)) M"
  case 9_995...: "\(digits(value / 1e3)) k"
  default: digits(value)
  }
}

/// A time in the unit in which it has few digits: `36.1 µs`, `2.30 ms`.
func brief(nanoseconds value: Double) -> String {
  switch abs(value) {
  case 999_500_000...: "\(digits(value / 1e9)) s"
  case 999_500...: "\(digits(value / 1e6)) ms"
  case 999.5...: "\(digits(value / 1e3)) µs"
  default: "\(digits(value)) ns"
  }
}

private func digits(_ value: Double) -> String {
  let magnitude = abs(value)
  return fixed(value, magnitude < 9.995 ? 2 : magnitude < 99.95 ? 1 : 0)
}

extension Tick {
  /// A round value, without the zeros that say nothing: `20 k`, `0.5`.
  init(_ value: Double) { self.init(value, Self.rounded(brief(value))) }

  /// A round time: `20 µs`.
  init(nanoseconds value: Double) {
    self.init(value, value == 0 ? "0" : Self.rounded(brief(nanoseconds: value)))
  }

  private static func rounded(_ text: String) -> String {
    let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
    guard let number = parts.first, number.contains(".") else { return text }
    let short = String(number.reversed().drop { $0 == "0" }.drop { $0 == "." }.reversed())
    return ([short] + parts.dropFirst()).joined(separator: " ")
  }
}
