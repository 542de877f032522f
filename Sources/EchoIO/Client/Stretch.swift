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
  /// Most blocks in flight on a connection, and messages in a block.
  let depth: Int
  let block: Int
  /// Blocks of a connection before another takes its place; `Int.max` where none does.
  let lifetime: Int
  /// Which of the connection's places a block's start is in.
  let startMask: Int
  /// Where replies are received; a longer one comes in several pieces.
  let scratch: UnsafeMutableRawPointer
  let scratchSize: Int
  /// Where messages are put together that are written as one; nil where one is all there is.
  let stage: UnsafeMutableRawPointer?
  let stageSize: Int
  /// The longest to wait for something to happen, in nanoseconds.
  let longestWait: UInt64
  /// Ask for what has come, and never wait, in an open loop.
  let spins: Bool
  /// Set when the loop is to end early.
  let stop: UnsafePointer<Atomic<Bool>>

  /// Bytes asked for beyond the reply: 1, so that a surplus shows at once, or 0 to leave it be.
  var slack: Int
  /// Whether other connections take the place of those whose messages are answered.
  var renews: Bool
  let renewal: UnsafeMutablePointer<Renewal>?
  /// The loop comes back at the first wake-up at or after this moment …
  var boundary: UInt64 = 0
  /// … and with the reply that would be this one of those it has counted.
  var mostReplies: UInt64 = 0

  /// - Parameters:
  ///   - look: how often the loop comes back to look around.
  ///   - target: where connections go that take the place of others; nil where none does.
  /// - Throws: `SystemError` when there is no memory.
  init(
    _ workload: Workload, look: TimeSpan, target: SocketAddress?, clock: Clock,
    stop: UnsafePointer<Atomic<Bool>>
  ) throws(SystemError) {
    self.clock = clock
    self.stop = stop
    compares = workload.verification == .full
    takesAnything = workload.verification == .off
    slack = takesAnything ? 0 : 1
    longestWait = look.nanoseconds
    spins = workload.load.spins
    let load = workload.load
    depth = load.depth
    block = load.messagesPerBlock
    lifetime = load.blocksPerConnection
    renews = target != nil
    startMask = StartSlots(depth: depth).mask
    let size = load.size.bytes
    let most = load.bytesInFlight
    messages = try MessageSource(size: size, mix: load.mix, seed: workload.seed)
    scratchSize = min(most, MessageSource.segmentSize) + slack
    stageSize = most > size && size < longestStaged ? min(most, MessageSource.segmentSize) : 0
    do throws(SystemError) {
      let received = scratchSize + 63 & ~63
      scratch = try allocate(received + stageSize)
      stage = stageSize > 0 ? scratch + received : nil
    } catch {
      messages.deallocate()
      throw error
    }
    if let target {
      renewal = .allocate(capacity: 1)
      renewal?.initialize(
        to: Renewal(target: target, sockets: workload.load.sockets, timeout: workload.timeout))
    } else {
      renewal = nil
    }
  }

  /// To be called once, when nothing uses it any more.
  func deallocate() {
    messages.deallocate()
    renewal?.deallocate()
    free(scratch)
  }

  /// Bytes to ask a connection for.
  @inline(__always)
  func wanted(of connection: UnsafeMutablePointer<ClientConnection>) -> Int {
    min(connection.pointee.issued &- connection.pointee.received &+ slack, scratchSize)
  }

  /// How long to wait for what comes before `next` is due, in nanoseconds.
  @inline(__always)
  func untilNext(_ next: UInt64, _ now: UInt64) -> UInt64 {
    spins ? 0 : min(longestWait, min(next, boundary) &- now)
  }
}

// The steps of the measured loops, which both engines share.

/// Issues as many blocks as there is room for on a connection, and sends them as far as the socket
/// takes them.
@inline(__always)
func issue(
  _ connection: UnsafeMutablePointer<ClientConnection>,
  _ stretch: borrowing Stretch<some RunClock>, _ recorders: inout Recorders
) {
  let room = min(
    stretch.depth &- connection.pointee.inFlight,
    connection.pointee.lastBlock &- connection.pointee.blocksIssued)
  guard room > 0 else { return }
  let start = stretch.clock.now()
  for _ in 0..<room { issueBlock(connection, at: start, stretch) }
  recorders.turnaround &+= start &* UInt64(truncatingIfNeeded: room)
  transmit(connection, stretch)
}

/// Issues a block, of which nothing is sent yet.
@inline(__always)
func issueBlock(
  _ connection: UnsafeMutablePointer<ClientConnection>, at start: UInt64,
  _ stretch: borrowing Stretch<some RunClock>
) {
  let first = connection.pointee.blocksIssued &* stretch.block
  connection.pointee.starts[connection.pointee.blocksIssued & stretch.startMask] = start
  connection.pointee.blocksIssued &+= 1
  guard stretch.messages.isMixed else {
    connection.pointee.issued &+= stretch.block &* stretch.messages.size
    return
  }
  for message in first..<first &+ stretch.block {
    connection.pointee.issued &+= stretch.messages.drawnSize(
      of: message, on: connection.pointee.index)
  }
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
  // A reply is never ahead of what was sent.
  let due = stretch.takesAnything ? count : connection.pointee.sent &- position
  let checked = min(count, due)
  var offset = 0
  while offset < checked {
    let message = connection.pointee.receiving
    let start = position &+ offset &- connection.pointee.receivingAt
    let size = stretch.messages.size(of: message, on: connection.pointee.index)
    let length = min(checked &- offset, size &- start)
    if stretch.compares,
      !stretch.messages.matches(
        stretch.scratch + offset, length, from: start, of: message, on: connection.pointee.index)
    {
      return .mismatch(at: offset, length: length, offset: start)
    }
    offset &+= length
    if start &+ length == size {
      connection.pointee.receiving = message &+ 1
      connection.pointee.receivingAt &+= size
    }
  }
  guard count > due else { return nil }
  let surplus = connection.pointee.surplus
  return surplus > 0 ? .surplus(surplus) : .early(count &- due)
}

/// Counts a reply that has come back whole.
@inline(__always)
func complete(
  _ connection: UnsafeMutablePointer<ClientConnection>, at end: UInt64,
  _ stretch: borrowing Stretch<some RunClock>, _ recorders: inout Recorders
) {
  let start = connection.pointee.starts[
    connection.pointee.blocksAnswered & stretch.startMask]
  recorders.latency.record(from: start, to: end)
  noteAnswered(connection, from: start, to: end, stretch, &recorders)
}

/// A reply has been counted: by its size, too, where there are several; and it may be the last of its block.
@inline(__always)
func noteAnswered(
  _ connection: UnsafeMutablePointer<ClientConnection>, from start: UInt64, to end: UInt64,
  _ stretch: borrowing Stretch<some RunClock>, _ recorders: inout Recorders
) {
  if stretch.messages.isMixed { noteSize(connection, from: start, to: end, stretch, &recorders) }
  connection.pointee.answered &+= 1
  connection.pointee.restOfBlock &-= 1
  guard connection.pointee.restOfBlock == 0 else { return }
  connection.pointee.restOfBlock = stretch.block
  connection.pointee.blocksAnswered &+= 1
  recorders.turnaround &-= end
  if stretch.block > 1 { recorders.block.record(from: start, to: end) }
}

/// Counts a reply with those of its size.
// Measured, calls only: drawnSize
@inline(never)
private func noteSize(
  _ connection: UnsafeMutablePointer<ClientConnection>, from start: UInt64, to end: UInt64,
  _ stretch: borrowing Stretch<some RunClock>, _ recorders: inout Recorders
) {
  let (message, index) = (connection.pointee.answered, connection.pointee.index)
  recorders.sizes[stretch.messages.sizeClass(of: message, on: index)].record(from: start, to: end)
  recorders.bytes &+= stretch.messages.drawnSize(of: message, on: index)
}
