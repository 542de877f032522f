internal import CLinux
internal import Glibc

/// The loop of the two backends that read and write on epoll: all but the measured step, in which
/// they differ.
///
/// An idle connection costs an entry in a set of numbers: the buffer belongs to the loop. What a
/// socket does not take of a reply is copied (``Rest``), and the connection is watched for output
/// alone, level-triggered, until that is written.
///
/// Unchecked: everything but the intake belongs to the one thread that runs the loop; it is set up
/// before that thread starts.
final class EpollLoop: @unchecked Sendable {
  /// A measured loop: it echoes on the connections that have something to read, until one of them
  /// or something else asks for more than that. It reads `capacity` bytes at most into the buffer.
  typealias Echo =
    @Sendable (
      _ queue: inout EventQueue, _ buffer: UnsafeMutableRawPointer, _ capacity: Int,
      _ counters: UnsafeMutablePointer<ServerCounters>
    ) -> Interruption

  /// Why a measured loop came back. It goes on with the event behind that.
  enum Interruption {
    /// The socket of a connection takes no more for now: this part of the buffer is to be written.
    case blocked(Int32, Range<Int>)
    /// A connection has come to its end: it is to be closed.
    case finished(Int32)
    /// An event that is not of a connection with something to read, by its tag.
    case event(UInt64)
  }

  private var queue: EventQueue
  private let intake: Intake
  /// What connections are watched for while they are read.
  private let interest: UInt32
  private let echo: Echo
  /// Whoever watches over the limits may have another descriptor of a connection (``ConnectionCopy``).
  private let hasCopies: Bool
  private let buffer: Buffer
  private let tally: Tally
  private var connections: Set<Int32> = []
  private var rests: [Int32: Rest] = [:]

  /// Serves with as many loops as `options` says.
  static func serve(
    _ listener: borrowing Socket, _ options: ServerOptions, until stop: StopSignal,
    watchingFor interest: UInt32, echo: @escaping Echo, whenReady announce: () -> Void
  ) throws(SystemError) -> ServerCounters {
    var loops: [EpollLoop] = []
    for _ in 0..<options.threads {
      loops.append(try EpollLoop(options, until: stop, interest, echo))
    }
    try loops[0].intake.accept(
      from: listener.descriptor, options.admission, dealingTo: loops.map(\.intake),
      watchedIn: loops[0].queue)
    try requireDescriptors(1)
    return try runLoops(
      loops.map { loop in { loop.run() } }, until: stop, whenReady: announce)
  }

  private init(
    _ options: ServerOptions, until stop: StopSignal, _ interest: UInt32, _ echo: @escaping Echo
  ) throws(SystemError) {
    let queue = try EventQueue()
    intake = try Intake(watchedIn: queue, until: stop)
    self.queue = queue
    self.interest = interest
    self.echo = echo
    hasCopies = options.hasCopiesOfConnections
    buffer = try Buffer(options.bufferSize.bytes, remedy: ServerOptions.fewerBuffers)
    tally = try Tally()
  }

  /// Serves until the stop signal fires, and then closes every connection.
  private func run() -> ServerCounters {
    while true {
      switch echo(&queue, buffer.base, buffer.capacity, tally.counters) {
      case .blocked(let connection, let part): keep(part, of: connection)
      case .finished(let connection): end(connection)
      case .event(let tag) where tag < EventQueue.firstOther:
        writeRest(of: Int32(truncatingIfNeeded: tag))
      case .event(let tag):
        guard let arrived = intake.attend(to: tag, in: queue) else { return finish() }
        for connection in arrived { adopt(connection) }
      }
    }
  }

  private func finish() -> ServerCounters {
    intake.shut()
    for connection in connections { close(connection) }
    return tally.counters.pointee
  }

  // MARK: - A connection

  /// Starts serving a connection on this loop.
  private func adopt(_ connection: Int32) {
    tally.counters.pointee.connections += 1
    guard queue.add(connection, interest, tag: UInt64(connection)) else {
      close(connection)
      return
    }
    connections.insert(connection)
  }

  /// Keeps what the socket did not take, and reads no more until that is written.
  private func keep(_ part: Range<Int>, of connection: Int32) {
    guard let rest = Rest(part, of: buffer.base) else {
      end(connection)
      return
    }
    rests[connection] = rest
    queue.change(connection, EPOLLOUT.rawValue, tag: EventQueue.blocked | UInt64(connection))
  }

  /// Reads on once everything is written. What came meanwhile is told then, edge-triggered or not:
  /// a change of interest looks at the socket anew.
  private func writeRest(of connection: Int32) {
    guard let rest = rests[connection] else { return }
    switch writeBack(connection, rest.bytes, rest.pending, tally.counters) {
    case .blocked(let part):
      rest.pending = part
    case .echoed:
      rests[connection] = nil
      queue.change(connection, interest, tag: UInt64(connection))
    case .finished:
      end(connection)
    }
  }

  /// Closes it, which ends its being watched where no other descriptor is open on the same socket.
  private func end(_ connection: Int32) {
    connections.remove(connection)
    rests[connection] = nil
    if hasCopies { queue.remove(connection) }
    close(connection)
  }
}
