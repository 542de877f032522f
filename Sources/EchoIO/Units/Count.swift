/// A number of things: `5000`, `200k` (200 000), `2M`. Suffixes are powers of 1000.
public struct Count: Hashable, ReadableText {
  public let value: Int

  /// Reads a count as a person writes it.
  public init(parsing text: String) throws(UnitError) {
    let (digits, suffix) = splitQuantity(text)
    guard let factor = ["": 1, "k": 1000, "m": 1_000_000][suffix.lowercased()] else {
      throw UnitError("must be a count such as 5000, 200k or 2M")
    }
    guard !digits.isEmpty, !digits.contains(".") else {
      throw UnitError("must be a whole number such as 5000, 200k or 2M")
    }
    guard let number = Int(digits) else { throw UnitError("must be below 2^63") }
    guard number >= 1 else { throw UnitError("must be at least 1") }
    let (value, overflow) = number.multipliedReportingOverflow(by: factor)
    guard !overflow else { throw UnitError("must be below 2^63") }
    self.value = value
  }
}

/// `1 round`, `2 rounds`.
public func plural(_ count: Int, _ noun: String) -> String {
  count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
}

/// `50000` as `50,000`.
public func grouped(_ number: Int) -> String {
  let digits = String(number)
  return digits.enumerated().reduce(into: "") { text, digit in
    if digit.offset > 0, (digits.count - digit.offset).isMultiple(of: 3) { text.append(",") }
    text.append(digit.element)
  }
}

/// The same of a number that anybody may have told: what is beyond every count ends there.
public func grouped(_ number: Double) -> String {
  grouped(Int(max(-1e18, min(1e18, number.isNaN ? 0 : number.rounded()))))
}
