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

  /// The same with a plain number in the place of each of the first odd ones, in the order of
  /// ``oddNumbers(at:)``.
  /// - Parameter count: how many; what is left of it comes back.
  func replacingOddNumbers(_ count: inout Int) -> JSONTree {
    guard count > 0 else { return self }
    switch self {
    case .number where !oddNumbers(at: []).isEmpty:
      count -= 1
      return .number(1)
    case .list(let values):
      return .list(values.map { $0.replacingOddNumbers(&count) })
    case .object(let members):
      var replaced = members
      for key in members.keys.sorted() { replaced[key] = members[key]?.replacingOddNumbers(&count) }
      return .object(replaced)
    default:
      return self
    }
  }
}
