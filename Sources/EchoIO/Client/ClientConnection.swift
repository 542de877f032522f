internal import Glibc

/// One connection of the client: a stream of messages, and how far it has come in either direction.
///
/// The positions count bytes from the beginning of the stream: `received` ≤ `sent` ≤ `issued`, as
/// long as the server is honest. So many messages are written as one, and awaited as one: a block. It
/// lives in memory of its own, reached by pointer from the one
/// worker that drives it; the coordinator touches it before that worker starts and after it has
/// ended.
struct ClientConnection {
  /// Of the present one, where there are several after one another.
  var descriptor: Int32
  /// From 0, those that are idle last; carried in every message.
  let index: UInt32
  /// The end of the message issued last.
  var issued = 0
  /// Bytes that the kernel has taken, the number of the message that the next one is of, and where that
  /// begins.
  var sent = 0
  var sending = 0
  var sendingAt = 0
  /// The same of the bytes that came back.
  var received = 0
  var receiving = 0
  var receivingAt = 0
  /// Replies that were dealt with, of those that came back whole.
  var answered = 0
  /// Blocks that were issued, and those of which every message was dealt with.
  var blocksIssued = 0
  var blocksAnswered = 0
  /// The number of blocks after which another connection takes this one's place, and goes on with the
  /// stream; `Int.max` for never.
  var lastBlock: Int
  /// Messages to come of the first block in flight.
  var restOfBlock: Int
  /// When sending each block in flight began, by the remainder of its number.
  let starts: UnsafeMutablePointer<UInt64>
  /// Whether the poller tells when something can be sent.
  var isWatchedForOutput = false

  // From here on, what is touched between two stretches of the measured loop only.

  var phase = Phase.open
  /// Bytes that had come back before the present connection.
  var receivedBefore = 0
  /// When the present connection was begun.
  var connectStart: UInt64 = 0
  /// Why the server's end could not be sent to; 0 if it could.
  var sendError: Int32 = 0
  /// Replies that came back inside the window.
  var completed = 0
  /// True once a reply has come back whole before the end of the window.
  var wasServed = false
  /// True while the run knows that the server has turned to the present connection.
  var isKnownServed = false
  /// True once the run knows that the server has turned to this connection, or to one that it has taken the
  /// place of.
  var hadTurn = false
  /// Bytes in both directions by the last look, and when it was that a look found more, in awake
  /// time.
  var moved = 0
  var movedAt: UInt64 = 0
  /// When it began to linger, in awake time.
  var lingersSince: UInt64 = 0

  enum Phase {
    /// Sends, or awaits a reply.
    case open
    /// Another one is being made in its place.
    case connecting
    /// The server has been told that nothing more will come, and is to end the stream.
    case halfClosed
    /// Everything is answered, and whatever else comes is counted.
    case lingering
    /// Nothing is awaited any more.
    case ended
  }

  /// - Parameters:
  ///   - block: messages in a block.
  ///   - lifetime: blocks of a connection.
  ///   - starts: room for as many moments as blocks can be in flight.
  init(
    _ descriptor: Int32, index: Int, block: Int, lifetime: Int,
    starts: UnsafeMutablePointer<UInt64>
  ) {
    self.descriptor = descriptor
    self.index = UInt32(index)
    self.starts = starts
    restOfBlock = block
    lastBlock = lifetime
  }

  /// True when everything that was issued has been sent.
  @inline(__always)
  var isSent: Bool { sent == issued }

  /// True when as much has come back as was issued.
  @inline(__always)
  var isWhole: Bool { received >= issued }

  /// True when a reply is whole, its message had been sent whole, and it was not dealt with.
  @inline(__always)
  var hasReply: Bool { receiving > answered && sending > answered }

  /// Blocks in flight.
  @inline(__always)
  var inFlight: Int { blocksIssued &- blocksAnswered }

  /// True when every message of the present connection is answered.
  @inline(__always)
  var isOver: Bool { blocksAnswered == lastBlock }

  /// True when the server has turned to the present connection.
  var isServed: Bool { received > receivedBefore }

  /// Bytes that came back beyond the replies: none, from an honest server.
  var surplus: Int { max(0, received - issued) }

  /// Says that everything has been sent: the server sees the end of the stream. It has until the
  /// timeout, counted anew.
  mutating func halfClose() {
    phase = .halfClosed
    moved = -1
    shutdown(descriptor, Int32(SHUT_WR))
  }

  /// Waits for whatever else may come, without telling the server.
  mutating func linger(since now: UInt64) {
    phase = .lingering
    moved = -1
    lingersSince = now
  }

  /// Ends both directions, whatever is on its way.
  mutating func end() {
    phase = .ended
    shutdown(descriptor, Int32(SHUT_RDWR))
  }
}
