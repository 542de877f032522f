internal import Glibc
internal import Synchronization

/// What a measured loop needs to know for one stretch of its way: primitives, fixed until it comes
/// back.
struct Stretch<Clock: RunClock> {
  let clock: Clock
  let messages: MessageSource
  /// Compare the content of replies.
  let compares: Bool
  /// Take any bytes as the reply, whatever was sent.
  let takesAnything: Bool
  /// Where replies are received; a longer one comes in several pieces.
  let scratch: UnsafeMutableRawPointer
  let scratchSize: Int
  /// The longest to wait for something to happen, in milliseconds.
  let longestWait: Int32
  /// Set when the loop is to end early.
  let stop: UnsafePointer<Atomic<Bool>>

  /// Bytes asked for beyond the reply: 1, so that a surplus shows at once, or 0 to leave it be.
  var slack: Int
  /// The loop comes back at the first wake-up at or after this moment …
  var boundary: UInt64 = 0
  /// … and with the reply that would be this one of those it has counted.
  var mostReplies: UInt64 = 0

  /// - Parameter look: how often the loop comes back to look around.
  /// - Throws: `SystemError` when there is no memory.
  init(
    _ workload: Workload, look: TimeSpan, clock: Clock, stop: UnsafePointer<Atomic<Bool>>
  ) throws(SystemError) {
    self.clock = clock
    self.stop = stop
    compares = workload.verification == .full
    takesAnything = workload.verification == .off
    slack = takesAnything ? 0 : 1
    longestWait = Int32(look.nanoseconds / 1_000_000)
    let size = workload.size.bytes
    messages = try MessageSource(size: size, seed: workload.seed)
    scratchSize = min(size, MessageSource.blockSize) + slack
    do throws(SystemError) {
      scratch = try allocate(scratchSize)
    } catch {
      messages.deallocate()
      throw error
    }
  }

  /// To be called once, when nothing uses it any more.
  func deallocate() {
    messages.deallocate()
    free(scratch)
  }

  /// Bytes to ask a connection for.
  @inline(__always)
  func wanted(of connection: UnsafeMutablePointer<ClientConnection>) -> Int {
    min(connection.pointee.issued &- connection.pointee.received &+ slack, scratchSize)
  }
}

// The steps of the measured loops, which both engines share.

/// Sends the next message of a connection, as far as the socket takes it.
@inline(__always)
func issue(
  _ connection: UnsafeMutablePointer<ClientConnection>, _ stretch: borrowing Stretch<some RunClock>
) {
  connection.pointee.issued &+= stretch.messages.size
  connection.pointee.start = stretch.clock.now()
  if transmitBlock(of: connection, stretch), !connection.pointee.isSent {
    transmitRest(of: connection, stretch)
  }
}

/// Sends what is left of the message in flight, as far as the socket takes it now.
// Measured, calls only: send errno
@inline(never)
func transmitRest(
  of connection: UnsafeMutablePointer<ClientConnection>,
  _ stretch: borrowing Stretch<some RunClock>
) {
  while transmitBlock(of: connection, stretch), !connection.pointee.isSent {}
}

/// Sends what is left of a block of the message in flight. An error shows when the connection is
/// read next.
/// - Returns: whether the socket took all of it.
@inline(__always)
private func transmitBlock(
  of connection: UnsafeMutablePointer<ClientConnection>,
  _ stretch: borrowing Stretch<some RunClock>
) -> Bool {
  let rest = connection.pointee.issued &- connection.pointee.sent
  let part = MessageSource.part(from: stretch.messages.size &- rest, rest)
  let count = stretch.messages.withBlock(
    part.block, of: connection.pointee.answered, on: connection.pointee.index
  ) {
    transmitNow(connection.pointee.descriptor, $0 + part.start, part.count)
  }
  if count < 0 {
    if count != -Int(EAGAIN) { connection.pointee.sendError = Int32(-count) }
    return false
  }
  connection.pointee.sent &+= count
  return count == part.count
}

/// Takes in what `count`, the result of a receive into the scratch memory, says has come.
/// - Returns: nil when these are the next bytes of the stream, else what is wrong.
@inline(__always)
func takeIn(
  _ count: Int, _ connection: UnsafeMutablePointer<ClientConnection>,
  _ stretch: borrowing Stretch<some RunClock>
) -> Fault? {
  guard count > 0 else {
    return count == 0 ? .closed : .failed(Int32(truncatingIfNeeded: -count))
  }
  let position = connection.pointee.received
  connection.pointee.received = position &+ count
  if stretch.takesAnything { return nil }
  // A reply is never ahead of what was sent.
  let due = connection.pointee.sent &- position
  if stretch.compares,
    !stretch.messages.matches(
      stretch.scratch, min(count, due),
      from: position &- connection.pointee.answered &* stretch.messages.size,
      of: connection.pointee.answered, on: connection.pointee.index)
  {
    return .mismatch(length: count)
  }
  guard count > due else { return nil }
  let surplus = connection.pointee.surplus
  return surplus > 0 ? .surplus(surplus) : .early(count &- due)
}

/// Counts a reply that has come back whole.
@inline(__always)
func complete(
  _ connection: UnsafeMutablePointer<ClientConnection>, at end: UInt64,
  _ recorder: inout LatencyRecorder
) {
  recorder.record(from: connection.pointee.start, to: end)
  connection.pointee.answered &+= 1
}
