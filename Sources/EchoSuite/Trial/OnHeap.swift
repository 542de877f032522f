/// A member that is large, and absent when there is no value: kept on the heap, so that lists of what
/// it is a member of stay small, and copies have it in common.
@propertyWrapper
public struct OnHeap<Value: Codable & Equatable & Sendable>: Codable, Equatable, Sendable {
  private indirect enum Storage: Equatable, Sendable {
    case absent
    case present(Value)
  }

  private var storage: Storage

  public var wrappedValue: Value? {
    get {
      switch storage {
      case .absent: nil
      case .present(let value): value
      }
    }
    set { storage = newValue.map { .present($0) } ?? .absent }
  }

  public init(wrappedValue: Value?) {
    storage = .absent
    self.wrappedValue = wrappedValue
  }

  public init(from decoder: any Decoder) throws {
    self.init(wrappedValue: try Value(from: decoder))
  }

  public func encode(to encoder: any Encoder) throws {
    try wrappedValue?.encode(to: encoder)
  }
}

extension KeyedDecodingContainer {
  /// What the compiler's own decoding of such a member calls.
  func decode<Value>(_ type: OnHeap<Value>.Type, forKey key: Key) throws -> OnHeap<Value> {
    OnHeap(wrappedValue: try decodeIfPresent(Value.self, forKey: key))
  }
}

extension KeyedEncodingContainer {
  /// What the compiler's own encoding of such a member calls.
  mutating func encode<Value>(_ value: OnHeap<Value>, forKey key: Key) throws {
    try encodeIfPresent(value.wrappedValue, forKey: key)
  }
}
