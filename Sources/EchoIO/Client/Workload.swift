/// One run of a client: a load, the address it goes to, and for how long.
@dynamicMemberLookup
public struct Workload: Equatable, Sendable {
  public var address: Address
  public var load: Load
  public var stopRule: StopRule
  /// Load before the measured window: connections, caches and the scheduler settle.
  public var warmup: TimeSpan
  /// Load after it, which is not counted either.
  public var cooldown = TimeSpan.milliseconds(0)
  /// When the load begins, once every connection is made.
  public var start = StartRule.atOnce
  /// Who this is among several clients; nil of one by itself.
  public var participant: Participant?
  /// The longest a connection may make no progress.
  public var timeout: TimeSpan
  /// How long the intervals are in which the window is recorded, too; nil without.
  public var interval: TimeSpan?
  /// Decides the content of every message.
  public var seed: UInt64

  /// - Parameter seed: drawn unless it is given, so that no server knows what will be sent, and no
  ///   two clients send the same.
  public init(
    address: Address = .standard, load: Load = Load(),
    stopRule: StopRule = .duration(.seconds(5)), warmup: TimeSpan = .seconds(1),
    timeout: TimeSpan = .seconds(5), seed: UInt64? = nil
  ) {
    self.address = address
    self.load = load
    self.stopRule = stopRule
    self.warmup = warmup
    self.timeout = timeout
    self.seed = seed ?? .random(in: 0..<1 << Self.seedBits)
  }

  /// As many as a number in JSON keeps everywhere (RFC 8259, section 6).
  static let seedBits = 53

  public subscript<Value>(dynamicMember member: WritableKeyPath<Load, Value>) -> Value {
    get { load[keyPath: member] }
    set { load[keyPath: member] = newValue }
  }
}

/// When the measured window ends.
public enum StopRule: Equatable, Sendable {
  case duration(TimeSpan)
  /// So many messages per worker.
  case messages(Int)
}
