/// How many blocks were in flight on the average, in a closed loop, and how many there were to be: as
/// many as connections × depth. Times are in nanoseconds.
///
/// Little, "A Proof for the Queuing Formula: L = λW", Operations Research 9 (3), 1961: the average number
/// in a system is the rate at which they leave × the mean time that each is in it. The client's own time
/// between a reply and the next message is part of that here; so is what was in flight at either edge of
/// the window, as long as it was inside. What is left is an error of the client's: a block counted twice or
/// not at all, a connection that was forgotten, a clock that jumped.
struct Occupancy {
  /// (connections × depth) × the length of the window.
  private(set) var expected: Double
  /// The time that blocks were in flight inside the window, and that the client took in between, all of
  /// them together.
  private(set) var found: Double
  /// The client's part of that.
  private(set) var turnaround: Double
  /// The length of the window, of the worker's that had the longest.
  private(set) var span: Double

  static let none = Occupancy(expected: 0, found: 0, turnaround: 0, span: 0)

  /// Blocks in flight at a moment.
  struct InFlight {
    var count = 0
    /// When they were sent, of all of them together. Wraps around.
    var starts: UInt64 = 0

    /// How long they have been in flight by a moment, all of them together.
    func time(by moment: UInt64) -> Double {
      Double(Int64(bitPattern: UInt64(count) &* moment &- starts))
    }
  }

  /// - Parameters:
  ///   - slots: connections × depth, of which each has a block in flight, or none as long as the client
  ///     takes.
  ///   - isBlocks: whether a block is several messages.
  init(
    _ slots: Int, from start: UInt64, _ atStart: InFlight, to end: UInt64, _ atEnd: InFlight,
    _ recorders: Recorders, isBlocks: Bool
  ) {
    // A worker may have come when the window was over.
    guard end > start else {
      self = .none
      return
    }
    span = Double(end - start)
    expected = Double(slots) * span
    let free = (UInt64(slots - atStart.count) &* start, UInt64(slots - atEnd.count) &* end)
    turnaround = Double(Int64(bitPattern: recorders.turnaround &+ free.1 &- free.0))
    let answered = isBlocks ? recorders.block : recorders.latency
    found =
      Double(answered.sumNanoseconds) + turnaround + atEnd.time(by: end) - atStart.time(by: start)
  }

  private init(expected: Double, found: Double, turnaround: Double, span: Double) {
    (self.expected, self.found, self.turnaround, self.span) = (expected, found, turnaround, span)
  }

  /// Of the workers of a run, each over its own window.
  static func + (one: Occupancy, other: Occupancy) -> Occupancy {
    Occupancy(
      expected: one.expected + other.expected, found: one.found + other.found,
      turnaround: one.turnaround + other.turnaround, span: max(one.span, other.span))
  }
}
