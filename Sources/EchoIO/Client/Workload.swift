/// One run of a client: a load, the address it goes to, and for how long.
@dynamicMemberLookup
public struct Workload: Equatable, Sendable {
  public var address: Address
  public var load: Load
  public var stopRule: StopRule
  /// Load before the measured window: connections, caches and the scheduler settle.
  public var warmup: TimeSpan
  /// The longest a connection may make no progress.
  public var timeout: TimeSpan
  /// Decides the content of every message.
  public var seed: UInt64

  public init(
    address: Address = .standard, load: Load = Load(),
    stopRule: StopRule = .duration(.seconds(5)), warmup: TimeSpan = .seconds(1),
    timeout: TimeSpan = .seconds(5), seed: UInt64 = 1
  ) {
    self.address = address
    self.load = load
    self.stopRule = stopRule
    self.warmup = warmup
    self.timeout = timeout
    self.seed = seed
  }

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
