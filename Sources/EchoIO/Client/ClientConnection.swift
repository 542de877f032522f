internal import Glibc

/// One connection of the client and where its exchange stands.
///
/// It lives in memory of its own, reached by pointer from the one worker that drives it; the
/// coordinator touches it before that worker starts and after it has ended.
struct ClientConnection {
  let descriptor: Int32
  /// From 0, in the order of connecting; carried in every message.
  let index: UInt32
  var messages: MessageSource
  var exchange = Exchange()
  /// Replies that came back whole, whenever that was.
  var answered: UInt64 = 0
  /// Those of them that came back inside the window.
  var completed: UInt64 = 0
  /// True once a reply has come back before the end of the window.
  var wasServed = false
  /// Bytes received beyond the replies: none, from an honest server.
  var surplusBytes: UInt64 = 0
  /// Those of them that came after the half-close.
  var drainedBytes: UInt64 = 0
  var failure: Failure?
  /// True once the server has been told that nothing more will come.
  private(set) var isHalfClosed = false

  init(_ descriptor: Int32, index: Int, workload: Workload) {
    self.descriptor = descriptor
    self.index = UInt32(index)
    messages = MessageSource(
      connection: UInt32(index), size: workload.size.bytes, seed: workload.seed)
  }

  /// Bytes given to the kernel over the connection's whole life.
  var bytesSent: UInt64 {
    guard messages.sequence > 0 else { return 0 }
    return (messages.sequence - 1) * UInt64(messages.size) + UInt64(exchange.sent)
  }

  /// Bytes that came back over the connection's whole life.
  var bytesReceived: UInt64 {
    let partial = answered < messages.sequence ? UInt64(exchange.received) : 0
    return answered * UInt64(messages.size) + partial + surplusBytes
  }

  /// True while a message has not been answered.
  var isWaiting: Bool { answered < messages.sequence }

  /// True when the last message was sent before `end`, but answered after it or not at all.
  func wasInFlight(at end: UInt64) -> Bool {
    exchange.start <= end && (isWaiting || exchange.end > end)
  }

  /// Says that everything has been sent: the server sees the end of the stream.
  mutating func halfClose() {
    isHalfClosed = true
    shutdown(descriptor, Int32(SHUT_WR))
  }

  /// Ends both directions, whatever is on its way.
  func end() {
    shutdown(descriptor, Int32(SHUT_RDWR))
  }

  /// Releases everything.
  func destroy() {
    close(descriptor)
    messages.deallocate()
  }
}
