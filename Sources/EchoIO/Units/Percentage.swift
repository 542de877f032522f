/// A share: `5%`, or a bare number of per cent.
public struct Percentage: Hashable, ReadableText {
  /// 0.05 for 5 %; above 0 and at most 1.
  public let fraction: Double

  /// Reads a percentage as a person writes it.
  public init(parsing text: String) throws(UnitError) {
    let (digits, suffix) = splitQuantity(text)
    guard ["", "%", " %"].contains(suffix), let number = Double(digits) else {
      throw UnitError("must be a percentage such as 5% or 2.5%")
    }
    guard number > 0, number <= 100 else {
      throw UnitError("must be above 0% and at most 100%")
    }
    fraction = number / 100
  }
}
