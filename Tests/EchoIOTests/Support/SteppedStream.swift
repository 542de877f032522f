import Glibc
import Laws
import Synchronization
import Testing

@testable import EchoIO

/// A connection of the client and its other end in one thread, each of which moves some bytes in turn, as
/// drawn; what the steps of the measured loops do in between is what they do there.
final class SteppedStream {
  enum End: Equatable {
    case whole
    /// The bytes of the stream in which it was seen.
    case mismatch(Range<Int>)
    case surplus(Int)
    case missing(Int)
  }

  private let shape: StreamShape
  private let connection = UnsafeMutablePointer<ClientConnection>.allocate(capacity: 1)
  private let starts: UnsafeMutablePointer<UInt64>
  private let stop = UnsafeMutablePointer<Atomic<Bool>>.allocate(capacity: 1)
  private let stretch: Stretch<MonotonicClock>
  private var recorders: Recorders
  private let other: Int32
  private var echo: SplitEcho
  private var random: Draw
  /// Everything the other end was sent.
  private var arrived: [UInt8] = []
  /// Where each message begins, and the last one ends.
  private var begins = [0]

  static func run(_ shape: StreamShape) throws -> End {
    let stream = try SteppedStream(shape)
    defer { stream.finish() }
    return try stream.run()
  }

  private init(_ shape: StreamShape) throws {
    ignoreBrokenPipes()
    self.shape = shape
    echo = SplitEcho(shape)
    random = Draw(seed: ~shape.seed)
    var ends: [Int32] = [-1, -1]
    try #require(
      socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &ends) == 0)
    other = ends[1]
    for end in ends {
      var size = shape.socketBuffer
      setsockopt(end, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }
    stop.initialize(to: Atomic(false))
    let workload = Workload(
      address: .standard, load: shape.load, stopRule: .messages(1), warmup: .milliseconds(0),
      timeout: .seconds(10), seed: shape.seed)
    stretch = try Stretch(
      workload, look: .milliseconds(100), target: nil, clock: MonotonicClock(), stop: stop)
    recorders = try Recorders(sizes: shape.load.sizeClasses)
    starts = .allocate(capacity: StartSlots(depth: shape.load.depth).count)
    connection.initialize(
      to: ClientConnection(
        ends[0], index: 3, block: shape.load.messagesPerBlock, lifetime: shape.blocks,
        starts: starts))
    for message in 0..<shape.blocks * shape.load.messagesPerBlock {
      begins.append(begins[message] + stretch.messages.size(of: message, on: 3))
    }
  }

  private func finish() {
    close(connection.pointee.descriptor)
    close(other)
    stretch.deallocate()
    recorders.deallocate()
    starts.deallocate()
    connection.deallocate()
    stop.deallocate()
  }

  private func run() throws -> End {
    issue(connection, stretch, &recorders)
    while true {
      try checkPositions()
      var hasMoved = false
      for step in random.shuffled([0, 1, 2, 3]) {
        switch step {
        case 0: hasMoved = send() || hasMoved
        case 1: hasMoved = try receiveElsewhere() || hasMoved
        case 2: hasMoved = sendElsewhere() || hasMoved
        default:
          let (count, end) = try receiveHere()
          if let end { return end }
          hasMoved = count > 0 || hasMoved
        }
      }
      if !hasMoved { break }
    }
    let connection = connection.pointee
    guard connection.isWhole else { return .missing(connection.issued - connection.received) }
    try checkEnd(connection)
    return .whole
  }

  private func send() -> Bool {
    guard !connection.pointee.isSent else { return false }
    let before = connection.pointee.sent
    transmit(connection, stretch)
    return connection.pointee.sent > before
  }

  private func receiveElsewhere() throws -> Bool {
    let bytes = [UInt8](unsafeUninitializedCapacity: echo.pieceSize()) { memory, count in
      count = max(0, EchoIO.receive(other, memory.baseAddress!, memory.count))
    }
    arrived += bytes
    echo.take(bytes)
    return !bytes.isEmpty
  }

  private func sendElsewhere() -> Bool {
    let piece = Array(echo.pending.prefix(echo.pieceSize()))
    let count = piece.isEmpty ? 0 : max(0, transmitNow(other, piece, piece.count))
    echo.pending.removeFirst(count)
    return count > 0
  }

  /// What the loops do with what has come.
  private func receiveHere() throws -> (count: Int, End?) {
    let wanted = min(stretch.wanted(of: connection), random.magnitude(shape.mostAtOnce))
    let count = EchoIO.receive(connection.pointee.descriptor, stretch.scratch, wanted)
    guard count > 0 else { return (0, nil) }
    let position = connection.pointee.received
    switch takeIn(count, connection, stretch) {
    case nil: break
    case .mismatch(let at, let length, _)?:
      return (count, .mismatch(position + at..<position + at + length))
    case .surplus(let surplus)?: return (count, .surplus(surplus))
    case .early(let early)?: return (count, .surplus(early))
    case let fault?: throw NotSo("bytes that came are \(fault)")
    }
    while connection.pointee.hasReply {
      complete(connection, at: stretch.clock.now(), stretch, &recorders)
    }
    issue(connection, stretch, &recorders)
    return (count, nil)
  }

  private func checkPositions() throws {
    let now = connection.pointee
    try hold(now.received <= now.sent && now.sent <= now.issued, "\(now.received) of \(now.sent)")
    try holdEqual(now.issued, begins[now.blocksIssued * shape.load.messagesPerBlock], "issued")
    try holdEqual(now.sendingAt, begins[now.sending], "where the message begins that is sent")
    try holdEqual(now.receivingAt, begins[now.receiving], "where the reply begins")
    // The message after the last has no end.
    let ends = Array(begins.dropFirst()) + [Int.max]
    try hold((now.sendingAt..<ends[now.sending]).contains(now.sent), "sent \(now.sent)")
    try hold(
      (now.receivingAt..<ends[now.receiving]).contains(now.received), "received \(now.received)")
    try hold(now.inFlight <= shape.load.depth, "\(now.inFlight) blocks in flight")
    try holdEqual(Int(recorders.completed), now.answered, "replies that were counted")
    try hold(arrived.count <= now.sent, "\(arrived.count) bytes arrived of \(now.sent)")
  }

  private func checkEnd(_ connection: ClientConnection) throws {
    let messages = shape.blocks * shape.load.messagesPerBlock
    try hold(connection.isOver && connection.isSent, "it is not over")
    try holdEqual(connection.answered, messages, "replies")
    try holdEqual([connection.sent, connection.received], [begins[messages], begins[messages]])
    let content = (0..<messages).flatMap { stretch.messages.content(of: $0, on: 3) }
    try hold(firstDifference(arrived, content) == nil, "the other end was sent something else")
    if let sizes = shape.load.mix?.classes {
      let counted = recorders.sizes.map { Int($0.completed) }
      try holdEqual(counted.reduce(0, +), messages, "replies by size, of \(sizes.count) sizes")
      try holdEqual(recorders.bytes, begins[messages], "bytes of replies by size")
    }
  }
}
