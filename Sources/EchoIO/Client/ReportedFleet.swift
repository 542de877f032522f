extension ClientReport {
  /// Of a client that is one of several: who it is, and what it takes to know whether its window can be
  /// added to those of the others. Moments are in nanoseconds since 1970, by this machine's clock.
  public struct Fleet: Codable, Equatable, Sendable {
    public var id: String
    /// Absent where nobody has told.
    public var shard: Shard?
    /// Of the program.
    public var version: String
    /// When the load was to begin; absent where that was at once, and in a run that did not.
    public var startAt: UInt64?
    /// When every connection was made; absent where none was.
    public var ready: UInt64?
    /// From when on every worker sent, until the first stopped; absent in a run that did not take place.
    public var load: Span?
    /// Absent where the kernel does not tell.
    public var clock: ClockState?

    public struct Span: Codable, Equatable, Sendable {
      public var start: UInt64
      public var end: UInt64

      public init(start: UInt64, end: UInt64) {
        self.start = start
        self.end = end
      }

      enum CodingKeys: String, CodingKey {
        case start = "start_unix_ns"
        case end = "end_unix_ns"
      }
    }

    enum CodingKeys: String, CodingKey {
      case id, shard, version, load, clock
      case startAt = "start_at_unix_ns"
      case ready = "ready_unix_ns"
    }

    init(_ participant: Participant) {
      id = participant.id.description
      shard = participant.shard
      version = participant.version
    }
  }
}
