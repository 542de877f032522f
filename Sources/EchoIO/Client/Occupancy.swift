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
  private(set) var span: Double

  static let none = Occupancy(expected: 0, found: 0, span: 0)

  /// - Parameters:
  ///   - waiting: how long what was in flight at the start of the window had been so by then.
  ///   - unfinished: the same at its end.
  init(
    _ slots: Int, from start: UInt64, to end: UInt64, _ waiting: Int64, _ unfinished: Int64,
    _ recorders: Recorders, isBlocks: Bool
  ) {
    span = end > start ? Double(end - start) : 0
    expected = Double(slots) * span
    let answered = isBlocks ? recorders.block : recorders.latency
    found =
      Double(answered.sumNanoseconds) + Double(recorders.turnaround) + Double(unfinished)
      - Double(waiting)
  }

  private init(expected: Double, found: Double, span: Double) {
    (self.expected, self.found, self.span) = (expected, found, span)
  }

  /// Of the workers of a run, each over its own window.
  static func + (one: Occupancy, other: Occupancy) -> Occupancy {
    Occupancy(
      expected: one.expected + other.expected, found: one.found + other.found,
      span: max(one.span, other.span))
  }
}

/// What was due in an open loop and had not been sent by the end of the window.
struct Backlog {
  /// Messages.
  var messages = 0
  /// Since when the first of them had been due, in nanoseconds before the end.
  var behind: UInt64 = 0

  static let none = Backlog()

  static func + (one: Backlog, other: Backlog) -> Backlog {
    Backlog(messages: one.messages + other.messages, behind: max(one.behind, other.behind))
  }
}

extension Arrivals {
  /// What is due by a moment and has not been issued.
  /// - Parameter size: messages in a block.
  func backlog(
    of connections: UnsafeMutableBufferPointer<ClientConnection>, by moment: UInt64,
    block size: Int
  ) -> Backlog {
    guard isPaced else { return .none }
    var backlog = Backlog()
    for (turn, connection) in connections.enumerated() {
      var block = connection.blocksIssued
      let first = due(block, on: turn)
      guard first < moment else { continue }
      backlog.behind = max(backlog.behind, moment - first)
      // By halves: there may be millions.
      var step = 1
      while due(block + step, on: turn) < moment { step *= 2 }
      let begin = block
      while step > 0 {
        if due(block + step, on: turn) < moment { block += step }
        step /= 2
      }
      backlog.messages += (block - begin + 1) * size
    }
    return backlog
  }
}
