import Glibc
import Laws
import Synchronization
import Testing

@testable import EchoIO

extension DataPlane {
  /// A connection is a stream with positions: whatever pieces it is sent and received in, they account
  /// for each of its bytes.
  struct PositionTests {
    @Test func `however an honest stream is split, every byte is accounted for`() throws {
      try forAll(100) {
        $0.stream(fault: nil)
      } holds: { shape in
        let end = try SteppedStream.run(shape)
        try hold(end == .whole, "it ended with \(end)")
      }
    }

    @Test func `one altered byte is found where it is`() throws {
      try forAll(100) { draw in
        draw.stream(fault: .alter)
      } holds: { shape in
        let end = try SteppedStream.run(shape)
        if shape.verification == .length { return try hold(end == .whole, "it ended with \(end)") }
        guard case .mismatch(let bytes) = end else { throw NotSo("it was \(end)") }
        try hold(bytes.contains(shape.faultAt), "it was seen in \(bytes)")
      }
    }

    @Test func `one byte too few is found`() throws {
      try forAll(100) { draw in
        draw.stream(fault: .drop)
      } holds: { shape in
        switch try SteppedStream.run(shape) {
        // The bytes behind it may be the same for a while.
        case .mismatch(let bytes) where shape.verification == .full:
          try hold(bytes.upperBound > shape.faultAt, "it was seen in \(bytes)")
        case .missing(let count): try holdEqual(count, 1, "what was missing")
        case let end: throw NotSo("it ended with \(end)")
        }
      }
    }

    @Test func `one byte too many is found`() throws {
      try forAll(100) { draw in
        draw.stream(fault: .insert)
      } holds: { shape in
        switch try SteppedStream.run(shape) {
        case .mismatch(let bytes) where shape.verification == .full:
          try hold(bytes.upperBound > shape.faultAt, "it was seen in \(bytes)")
        case .surplus(let count): try holdEqual(count, 1, "the surplus")
        case let end: throw NotSo("it ended with \(end)")
        }
      }
    }

    @Test(arguments: Engine.allCases)
    func `so it is in the loops that are measured`(engine: Engine) throws {
      try forAll(25) { draw in
        draw.stream(fault: draw.one(of: [nil, nil, .alter, .insert, .drop]), most: 20_000)
      } holds: { shape in
        let result = try withLies { conversation in
          var echo = SplitEcho(shape)
          while case let some = try conversation.peer.receiveOnce(echo.pieceSize()), !some.isEmpty {
            echo.take(some)
            while !echo.pending.isEmpty {
              let piece = echo.pending.prefix(echo.pieceSize())
              try conversation.peer.send(piece)
              echo.pending.removeFirst(piece.count)
            }
          }
        } _: {
          try load($0, engine) {
            $0.load = shape.load
            $0.load.engine = engine
            $0.stopRule = .messages(shape.blocks * shape.load.messagesPerBlock)
            $0.seed = shape.seed
            if shape.fault == .drop { $0.timeout = .milliseconds(150) }
          }
        }
        let isHarmless = shape.fault == .alter && shape.verification == .length
        try holdEqual(
          result.valid, shape.fault == nil || isHarmless, "\(result.invalidReasons), valid")
        if result.valid { try holdEqual(result.lifetime.bytesReceived, result.lifetime.bytesSent) }
      }
    }
  }
}

/// A stream of messages, and how it is sent back.
struct StreamShape: Sendable {
  enum Fault: Sendable {
    case alter, drop, insert
  }

  var load: Load
  /// So many are sent.
  let blocks: Int
  let seed: UInt64
  /// Of the byte, in bytes from the beginning of the stream.
  var faultAt = 0
  let fault: Fault?
  /// Most bytes that are moved at once, and that a socket holds.
  let mostAtOnce: Int
  let socketBuffer: Int32

  var verification: Verification { load.verification }
}

extension Draw {
  /// - Parameter most: bytes, about.
  fileprivate mutating func stream(fault: StreamShape.Fault?, most: Int = 200_000) -> StreamShape {
    var load = Load(engine: .event, workers: 1)
    load.verification = chance(70) ? .full : .length
    (load.pipeline, load.block) = (maybe { $0.int(2...9) }, maybe { $0.int(2...5) })
    let inFlight = load.depth * load.messagesPerBlock
    // A few are longer than a segment of the content.
    let largest = chance(5) && most > 100_000 ? 400_000 : max(1, most / inFlight / 4)
    load.size = ByteCount(magnitude(largest))
    if chance(40), largest > 20 {
      load.mix =
        chance(50)
        ? .uniform(1...max(2, load.size.bytes))
        : .list(
          Set(list(3...6) { $0.magnitude(largest) } + [largest, 1]).sorted().map { ByteCount($0) })
      load.size = load.mix?.largest ?? load.size
    }
    let perBlock = load.messagesPerBlock * load.size.bytes
    let blocks = max(load.depth, min(40, most / perBlock)) + int(0...3)
    var shape = StreamShape(
      load: load, blocks: blocks, seed: next(), fault: fault,
      mostAtOnce: magnitude(1 << 16) + blocks * perBlock / 100,
      socketBuffer: Int32(magnitude(1 << 17)))
    // A range that the shortest stream of such messages has, too.
    shape.faultAt = int(0...max(0, blocks * load.messagesPerBlock - 1))
    if load.mix == nil { shape.faultAt = int(0...blocks * perBlock - 1) }
    return shape
  }
}

/// What the other end has received, and returns as a shape says.
private struct SplitEcho {
  let shape: StreamShape
  private(set) var taken = 0
  var pending: [UInt8] = []
  private var random: Draw

  init(_ shape: StreamShape) {
    self.shape = shape
    random = Draw(seed: shape.seed)
  }

  mutating func pieceSize() -> Int { random.magnitude(shape.mostAtOnce) }

  mutating func take(_ bytes: [UInt8]) {
    let place = shape.faultAt - taken
    taken += bytes.count
    guard let fault = shape.fault, bytes.indices.contains(place) else {
      pending += bytes
      return
    }
    pending += bytes[..<place]
    switch fault {
    case .alter: pending.append(bytes[place] ^ (1 << UInt8(random.int(0...7))))
    case .drop: break
    case .insert: pending += [UInt8(random.int(0...255)), bytes[place]]
    }
    pending += bytes[(place + 1)...]
  }
}

/// A connection of the client and its other end in one thread, each of which moves some bytes in turn, as
/// drawn; what the steps of the measured loops do in between is what they do there.
private final class SteppedStream {
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
