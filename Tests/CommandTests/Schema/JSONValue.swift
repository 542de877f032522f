import Foundation

/// Any JSON value.
enum JSONValue: Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  init(parsing text: some StringProtocol) throws {
    try self.init(parsing: Data(text.utf8))
  }

  /// By `JSONSerialization`: to decode what may be anything is to catch an error for each wrong guess.
  init(parsing data: Data) throws {
    self.init(try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed))
  }

  private init(_ value: Any) {
    switch value {
    case let value as String: self = .string(value)
    case let value as [Any]: self = .array(value.map(JSONValue.init))
    case let value as [String: Any]: self = .object(value.mapValues(JSONValue.init))
    case let value as NSNumber:
      // A truth value is a number, too, of the type `char`.
      let isBool = String(cString: value.objCType) == "c"
      self = isBool ? .bool(value.boolValue) : .number(value.doubleValue)
    default: self = .null
    }
  }

  /// The member of an object; nil when there is none, or this is no object.
  subscript(_ key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members[key]
  }

  /// Of a list; none where this is none.
  var elements: [JSONValue] {
    guard case .array(let values) = self else { return [] }
    return values
  }

  var string: String? {
    guard case .string(let value) = self else { return nil }
    return value
  }

  var number: Double? {
    guard case .number(let value) = self else { return nil }
    return value
  }
}
