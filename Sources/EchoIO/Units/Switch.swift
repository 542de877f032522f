/// `on` or `off`.
public enum Switch: String, CaseIterable, ReadableText {
  case on, off

  public init(parsing text: String) throws(UnitError) {
    self = try readChoice(text)
  }

  public init(_ isOn: Bool) {
    self = isOn ? .on : .off
  }

  public var isOn: Bool { self == .on }
}
