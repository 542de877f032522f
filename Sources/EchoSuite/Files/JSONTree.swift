internal import Foundation

/// Any JSON value, to look for what is wrong in one.
enum JSONTree: Codable {
  case null
  case bool(Bool)
  case number(Decimal)
  case string(String)
  case list([JSONTree])
  case object([String: JSONTree])

  struct Key: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) {
      self.stringValue = stringValue
      intValue = nil
    }

    init(intValue: Int) {
      stringValue = "\(intValue)"
      self.intValue = intValue
    }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Decimal.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONTree].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: JSONTree].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .list(let values): try container.encode(values)
    case .object(let members): try container.encode(members)
    }
  }

  /// The numbers that not every integer type can have, with their places: negative, fractional, or
  /// from 2³¹ on.
  func oddNumbers(at place: [Key]) -> [(path: [Key], number: Decimal)] {
    switch self {
    case .number(let number):
      let isPlain = number >= 0 && number <= Decimal(Int32.max) && number.exponent >= 0
      return isPlain ? [] : [(place, number)]
    case .list(let values):
      return values.enumerated().flatMap { $1.oddNumbers(at: place + [Key(intValue: $0)]) }
    case .object(let members):
      return members.sorted { $0.key < $1.key }
        .flatMap { $1.oddNumbers(at: place + [Key(stringValue: $0)]) }
    default:
      return []
    }
  }

  /// Puts a value in another's place.
  mutating func replace(_ path: ArraySlice<Key>, with value: JSONTree) {
    guard let key = path.first else {
      self = value
      return
    }
    switch self {
    case .list(var values):
      guard let index = key.intValue, values.indices.contains(index) else { return }
      values[index].replace(path.dropFirst(), with: value)
      self = .list(values)
    case .object(var members):
      members[key.stringValue]?.replace(path.dropFirst(), with: value)
      self = .object(members)
    default:
      break
    }
  }
}
