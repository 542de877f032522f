/// What everything that a machine's floor is made of took, repetition by repetition: nanoseconds per
/// operation, of CPU time unless it says otherwise. The repetitions of a round stand at the same place
/// of every list.
public struct FloorReadings: Equatable, Sendable {
  public var systemCalls: [Double] = []
  /// A receive from a socket that has nothing.
  public var emptyReceives: [Double] = []
  /// There and back over loopback TCP in one thread; ascending by size.
  public var roundTrips: [RoundTrips]
  /// A byte written to a pipe and read from it by the same thread.
  public var tokens: [Double] = []
  public var sameCPU: HandOvers
  public var otherCPU: HandOvers

  /// Round trips of messages of one size.
  public struct RoundTrips: Equatable, Sendable {
    public let size: Int
    public var nanoseconds: [Double] = []

    public init(size: Int, nanoseconds: [Double] = []) {
      self.size = size
      self.nanoseconds = nanoseconds
    }
  }

  /// A byte written to a pipe by one thread and read from it by another, which was asleep.
  public struct HandOvers: Equatable, Sendable {
    /// The CPUs of the two threads; nil where it is unavailable.
    public var cpus: [Int]?
    /// Of both threads together.
    public var nanoseconds: [Double] = []
    /// Time that passed, not CPU time.
    public var delays: [Double] = []
    /// Why there are none.
    public var unavailable: String?

    public init(cpus: [Int]?, unavailable: String? = nil) {
      self.cpus = cpus
      self.unavailable = unavailable
    }
  }

  public init(sizes: [Int], sameCPU: HandOvers, otherCPU: HandOvers) {
    roundTrips = sizes.map { RoundTrips(size: $0) }
    self.sameCPU = sameCPU
    self.otherCPU = otherCPU
  }
}
