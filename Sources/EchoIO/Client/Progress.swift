/// Whether a connection still moves, for somebody who looks at it now and then: a reply may take
/// longer than the timeout as long as more of it keeps coming.
struct Progress {
  private var bytes: UInt64 = 0
  /// When a look last found that bytes had moved.
  private var lastMove = monotonicNow()

  /// Looks at `connection`.
  /// - Returns: false when nothing has moved for `timeout`.
  mutating func isMoving(
    _ connection: UnsafeMutablePointer<ClientConnection>, within timeout: TimeSpan
  ) -> Bool {
    let now = monotonicNow()
    let bytes = connection.pointee.bytesSent + connection.pointee.bytesReceived
    if bytes != self.bytes {
      self.bytes = bytes
      // Of a message that was sent at once and is not answered, the moment is known.
      let exchange = connection.pointee.exchange
      let isSent = exchange.sent == connection.pointee.messages.size
      let isUnanswered = connection.pointee.isWaiting && exchange.received == 0
      lastMove = isSent && isUnanswered ? exchange.start : now
    }
    return now <= lastMove + timeout.nanoseconds
  }
}
