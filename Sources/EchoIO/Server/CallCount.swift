/// A number of calls, or that it is unknown, in eight bytes: a loop counts one with an addition
/// and without a branch, which an optional would cost. JSON has a number, or null.
struct CallCount: Equatable, Sendable {
  /// Nobody makes as many calls as this: it stands for not knowing.
  private static let unknown = UInt64.max

  private var count: UInt64

  /// - Parameter count: nil when it is unknown, and stays so.
  init(_ count: UInt64? = 0) {
    self.count = count ?? Self.unknown
  }

  var value: UInt64? { count == Self.unknown ? nil : count }

  /// Of a count that is known.
  @inline(__always)
  mutating func countOne() {
    count &+= 1
  }

  /// What is added to something unknown, or the other way round, is unknown.
  static func += (left: inout CallCount, right: CallCount) {
    left = CallCount(left.value.flatMap { left in right.value.map { left + $0 } })
  }
}

extension CallCount: Codable {
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    self.init(container.decodeNil() ? nil : try container.decode(UInt64.self))
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let value {
      try container.encode(value)
    } else {
      try container.encodeNil()
    }
  }
}
