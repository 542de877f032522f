/// Something a person writes on the command line or in a suite file.
public protocol ReadableText: Sendable {
  init(parsing text: String) throws(UnitError)
}

/// A quantity, name or address that could not be read. It says the rule that was broken, in
/// words that follow what was given: `'--size'` `must be a whole number of bytes`.
public struct UnitError: Error, Equatable, CustomStringConvertible {
  public let description: String

  public init(_ rule: String) {
    description = rule
  }
}
