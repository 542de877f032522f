internal import CLinux
internal import Glibc

/// Zero-copy echo, as proxies do it: splice(2) from the socket into a pipe, and from there into the
/// socket. Level-triggered epoll for the waiting, one loop per thread.
///
/// A message costs two splices, and its share of an epoll_wait. Its bytes never enter this process:
/// the pipe holds the pages that the network has them in. That spares a copy each way, and costs two
/// pipe operations, which is a gain for large messages only; and a part of the copying moves to the
/// client, whose pages they are.
///
/// A loop has one pipe at work. A reply that the socket does not take whole keeps it, until the rest
/// is written, and the loop goes on with another; so a peer that never reads holds one pipe. Where
/// there is no descriptor for another one, the rest is copied out of it, as the other backends do.
///
/// What it does not do: copy, as long as it has pipes; SPLICE_F_MORE, which waits for more; vmsplice.
public enum SpliceBackend: Backend {
  public static let name = "splice"
  public static let summary = "zero-copy splice through a pipe, epoll for waiting"
  public static let defaultThreads = 1
  /// As with `epoll`.
  public static let idleConnectionBytes = 64
  public static let unavailability: String? = nil

  public static func serve(
    _ listener: borrowing Socket, options: ServerOptions, until stop: StopSignal,
    whenReady announce: () -> Void
  ) throws(SystemError) -> ServerCounters {
    var loops: [SpliceLoop] = []
    for _ in 0..<options.threads {
      loops.append(try SpliceLoop(options, until: stop))
    }
    if try SocketAddress(boundTo: listener.descriptor).family == AF_UNIX {
      try requireSplicing()
    }
    try SpliceLoop.accept(from: listener.descriptor, options.admission, with: loops)
    try requireDescriptors(1)
    return try runLoops(loops.map { loop in { loop.run() } }, until: stop, whenReady: announce)
  }

  /// Makes sure that this kernel splices unix sockets, both ways.
  static func requireSplicing() throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
      throw .last("socketpair", remedy: moreDescriptors)
    }
    defer { for end in ends { close(end) } }
    var byte: UInt8 = 0
    _ = transmit(ends[0], &byte, 1)
    try requireSplicing(of: ends[1])
  }

  /// Makes sure that a socket, which has something to read, can be spliced.
  static func requireSplicing(of socket: Int32) throws(SystemError) {
    let pipe = try SplicePipe(capacity: 1)
    defer { pipe.discard() }
    let taken = pipe.take(from: socket, 1)
    let result = taken > 0 ? pipe.give(to: socket, 1) : taken
    guard result > 0 else {
      throw SystemError(
        "splice a unix socket", errno: Int32(-result),
        remedy: "This kernel may not do that: serve a TCP address, or with another --backend.")
    }
  }

  /// The measured loop: into the pipe and out of it, for each event.
  // Measured, calls only: epoll_wait clinux_splice interruption
  @inline(never)
  fileprivate static func echo(
    _ queue: inout EventQueue, _ pipe: SplicePipe, _ capacity: Int,
    _ counters: UnsafeMutablePointer<ServerCounters>
  ) -> SpliceLoop.Interruption {
    while true {
      while let event = queue.next() {
        let tag = event.data.u64
        guard tag < EventQueue.blocked else { return .event(tag) }
        let connection = Int32(truncatingIfNeeded: tag)
        let received = pipe.take(from: connection, capacity)
        counters.pointee.readCalls.countOne()
        guard received > 0 else {
          if received == 0 || received == -Int(EAGAIN) { return .stopped(connection) }
          return .finished(connection, left: 0)
        }
        counters.pointee.bytesIn &+= UInt64(received)
        let written = pipe.give(to: connection, received)
        counters.pointee.writeCalls.countOne()
        guard written == received else {
          return interruption(connection, received, written, counters)
        }
        counters.pointee.bytesOut &+= UInt64(received)
      }
      queue.wait()
    }
  }

  /// What a write came to that did not take all of `count` bytes.
  // Measured, calls only: nothing
  @inline(never)
  fileprivate static func interruption(
    _ connection: Int32, _ count: Int, _ written: Int,
    _ counters: UnsafeMutablePointer<ServerCounters>
  ) -> SpliceLoop.Interruption {
    guard written >= 0 || written == -Int(EAGAIN) else {
      return .finished(connection, left: count)
    }
    counters.pointee.bytesOut &+= UInt64(max(0, written))
    return .blocked(connection, left: count - max(0, written))
  }
}

/// One loop, its connections and its pipes.
///
/// Unchecked: everything but the intake belongs to the one thread that runs the loop; it is set up
/// before that thread starts.
private final class SpliceLoop: @unchecked Sendable {
  /// Why the measured loop came back.
  enum Interruption {
    /// The socket takes no more for now; so many bytes are left in the pipe.
    case blocked(Int32, left: Int)
    /// Nothing can be spliced of a connection that has something to read, or has come to its end.
    case stopped(Int32)
    /// A connection has come to its end, and so many bytes are left in the pipe.
    case finished(Int32, left: Int)
    /// An event that is not of a connection with something to read, by its tag.
    case event(UInt64)
  }

  /// What a connection waits to write.
  private enum Held {
    case pipe(SplicePipe, left: Int)
    case copy(Rest)
  }

  private var queue: EventQueue
  private let intake: Intake
  private let tally: Tally
  /// Where the content of a pipe goes that nobody wants, or for which there is no other pipe.
  private let buffer: Buffer
  private let hasCopies: Bool
  private var pipe: SplicePipe
  /// Empty ones, for the next that is kept by a connection.
  private var spares: [SplicePipe] = []
  private var connections: Set<Int32> = []
  private var held: [Int32: Held] = [:]

  /// Each has two descriptors, which connections may need more.
  private static let mostSpares = 8

  init(_ options: ServerOptions, until stop: StopSignal) throws(SystemError) {
    buffer = try Buffer(options.bufferSize.bytes, remedy: ServerOptions.fewerBuffers)
    hasCopies = options.hasCopiesOfConnections
    let queue = try EventQueue()
    intake = try Intake(watchedIn: queue, until: stop)
    self.queue = queue
    tally = try Tally()
    pipe = try SplicePipe(capacity: buffer.capacity)
  }

  deinit {
    pipe.discard()
    for pipe in spares { pipe.discard() }
  }

  static func accept(
    from listener: Int32, _ admission: Admission?, with loops: [SpliceLoop]
  ) throws(SystemError) {
    try loops[0].intake.accept(
      from: listener, admission, dealingTo: loops.map(\.intake), watchedIn: loops[0].queue)
  }

  /// Serves until the stop signal fires, and then closes every connection.
  func run() -> ServerCounters {
    while true {
      switch SpliceBackend.echo(&queue, pipe, buffer.capacity, tally.counters) {
      case .blocked(let connection, let left): keep(left, of: connection)
      case .stopped(let connection): readOnce(connection)
      case .finished(let connection, let left):
        pipe.empty(left, into: buffer.base)
        end(connection)
      case .event(let tag) where tag < EventQueue.firstOther:
        writeHeld(of: Int32(truncatingIfNeeded: tag))
      case .event(let tag):
        guard let arrived = intake.attend(to: tag, in: queue) else { return finish() }
        for connection in arrived { adopt(connection) }
      }
    }
  }

  private func finish() -> ServerCounters {
    intake.shut()
    for connection in connections { end(connection) }
    return tally.counters.pointee
  }

  // MARK: - A connection

  /// Starts serving a connection on this loop.
  private func adopt(_ connection: Int32) {
    tally.counters.pointee.connections += 1
    guard queue.add(connection, EPOLLIN.rawValue, tag: UInt64(connection)) else {
      close(connection)
      return
    }
    connections.insert(connection)
  }

  /// Keeps the pipe with what the socket did not take, and reads no more until that is written.
  private func keep(_ left: Int, of connection: Int32) {
    if let other = spares.popLast() ?? (try? SplicePipe(capacity: buffer.capacity)) {
      held[connection] = .pipe(pipe, left: left)
      pipe = other
    } else {
      pipe.empty(left, into: buffer.base)
      guard let rest = Rest(0..<left, of: buffer.base) else {
        end(connection)
        return
      }
      held[connection] = .copy(rest)
    }
    waitToWrite(connection)
  }

  /// Reads as the other backends do. Splicing goes no further than to a byte of urgent data (tcp(7)), says
  /// there that nothing has come, or at the end of the stream that this is the end, and would say so for
  /// ever; a read leaves that byte out and goes on behind it.
  private func readOnce(_ connection: Int32) {
    switch echoOnce(connection, buffer.base, buffer.capacity, tally.counters) {
    case .echoed:
      break
    case .blocked(let part):
      guard let rest = Rest(part, of: buffer.base) else { return end(connection) }
      held[connection] = .copy(rest)
      waitToWrite(connection)
    case .finished:
      end(connection)
    }
  }

  private func waitToWrite(_ connection: Int32) {
    queue.change(connection, EPOLLOUT.rawValue, tag: EventQueue.blocked | UInt64(connection))
  }

  private func writeHeld(of connection: Int32) {
    switch held[connection] {
    case .pipe(let pipe, let left): write(left, in: pipe, of: connection)
    case .copy(let rest): write(rest, of: connection)
    case nil: break
    }
  }

  private func write(_ left: Int, in pipe: SplicePipe, of connection: Int32) {
    let written = pipe.give(to: connection, left)
    tally.counters.pointee.writeCalls.countOne()
    if written == left {
      tally.counters.pointee.bytesOut &+= UInt64(written)
      held[connection] = nil
      giveBack(pipe)
      readOn(connection)
      return
    }
    switch SpliceBackend.interruption(connection, left, written, tally.counters) {
    case .blocked(_, let left): held[connection] = .pipe(pipe, left: left)
    default: end(connection)
    }
  }

  private func write(_ rest: Rest, of connection: Int32) {
    switch writeBack(connection, rest.bytes, rest.pending, tally.counters) {
    case .blocked(let part):
      rest.pending = part
    case .echoed:
      held[connection] = nil
      readOn(connection)
    case .finished:
      end(connection)
    }
  }

  private func readOn(_ connection: Int32) {
    queue.change(connection, EPOLLIN.rawValue, tag: UInt64(connection))
  }

  private func giveBack(_ pipe: SplicePipe) {
    if spares.count < Self.mostSpares { spares.append(pipe) } else { pipe.discard() }
  }

  /// Closes a connection. A pipe that it kept is not empty: it goes, too.
  private func end(_ connection: Int32) {
    connections.remove(connection)
    if case .pipe(let pipe, _) = held.removeValue(forKey: connection) { pipe.discard() }
    if hasCopies { queue.remove(connection) }
    close(connection)
  }
}
