internal import Glibc

/// One message on its way: how much of it has been sent and how much of the reply is here.
struct Exchange {
  var sent = 0
  var received = 0
  /// When sending began, and when the last byte of the reply came.
  var start: UInt64 = 0
  var end: UInt64 = 0
}

/// What the loops need to know of a reply, and the memory to receive it in.
struct ReplyRules {
  /// Compare the content.
  let compares: Bool
  /// Bytes asked for beyond the reply: 1, so that a surplus shows at once, or 0 to leave it be.
  let slack: Int
  /// Where replies are received; a longer one comes in several pieces.
  let scratch: UnsafeMutableRawPointer
  let scratchSize: Int

  /// Longer replies are received in pieces of this size, which stay in the second-level cache.
  private static let longestPiece = 256 << 10

  init(_ workload: Workload) {
    compares = workload.verification == .full
    slack = workload.verification == .off ? 0 : 1
    scratchSize = min(workload.size.bytes, Self.longestPiece) + slack
    scratch = .allocate(byteCount: scratchSize, alignment: 64)
  }

  func deallocate() {
    scratch.deallocate()
  }
}

/// Takes in what `count`, the result of a receive into the scratch buffer, says has come.
/// - Returns: nil when these are the next bytes of the reply, else what is wrong.
@inline(__always)
func checkPiece(
  _ count: Int, _ message: UnsafeRawPointer, _ size: Int, _ exchange: inout Exchange,
  _ rules: borrowing ReplyRules
) -> Fault? {
  guard count > 0 else {
    if count == 0 { return .closed }
    return count == -Int(EAGAIN) ? .stalled : .failed(Int32(truncatingIfNeeded: -count))
  }
  let expected = min(count, size &- exchange.received)
  if exchange.received &+ expected == size { exchange.end = monotonicNow() }
  if rules.compares, memcmp(rules.scratch, message + exchange.received, expected) != 0 {
    return .mismatch(length: expected)
  }
  exchange.received &+= expected
  return count == expected ? nil : .surplus(count &- expected)
}

/// Sends the rest of a message and receives the rest of its reply at the same time, waiting for
/// either: the way for messages that do not fit the socket buffers, where writing first and reading
/// then would leave both sides writing.
/// - Returns: nil when the message is sent and the reply is complete.
// Measured, calls only: send recv clock_gettime memcmp errno waitUntil
@inline(never)
func finishExchange(
  _ descriptor: Int32, _ message: UnsafeRawPointer, _ size: Int, _ exchange: inout Exchange,
  _ rules: borrowing ReplyRules, _ timeout: TimeSpan
) -> Fault? {
  while exchange.sent < size || exchange.received < size {
    var events: Int32 = 0
    var moved = false
    if exchange.sent < size {
      let sent = transmitNow(descriptor, message + exchange.sent, size - exchange.sent)
      guard sent > 0 || sent == -Int(EAGAIN) else { return .failed(Int32(-sent)) }
      exchange.sent += max(0, sent)
      moved = sent > 0
      events |= POLLOUT
    }
    // A server that answers before it has read all is ahead of the message.
    if exchange.received < size {
      let wanted = min(size - exchange.received + rules.slack, rules.scratchSize)
      let count = receiveNow(descriptor, rules.scratch, wanted)
      if count != -Int(EAGAIN) {
        if let fault = checkPiece(count, message, size, &exchange, rules) { return fault }
        moved = true
      }
      events |= POLLIN
    }
    if !moved, !waitUntil(descriptor, events, timeout: timeout) { return .stalled }
  }
  return nil
}
