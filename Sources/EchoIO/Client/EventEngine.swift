internal import CLinux
internal import Glibc
internal import Synchronization

/// Each worker drives its share of the connections through one epoll instance.
///
/// Readiness is level-triggered. Every connection is watched for input all the time, and for
/// output only while its socket did not take a message whole.
enum EventEngine {
  /// Why the measured loop came back.
  enum Pause: Equatable {
    /// The window is over, or the worker is told to stop.
    case finished
    /// Nothing happened for a while, or it is time to look after the connections that wait.
    case lookAround
    /// Connection `index` (in the worker's share) went wrong.
    case fault(index: Int, Fault)
  }

  /// The measured loop: receives what has come, checks it, counts a reply that is whole, and
  /// answers it with the next message.
  // Measured, calls only: epoll_wait send read clock_gettime memcmp errno sendMore watch
  //   finishSending
  @inline(never)
  static func drive(
    _ epoll: Int32, _ events: UnsafeMutablePointer<epoll_event>, _ eventCapacity: Int32,
    _ connections: UnsafeMutablePointer<ClientConnection>, _ rules: borrowing ReplyRules,
    _ window: Window, _ timeout: TimeSpan, _ look: TimeSpan,
    _ stop: UnsafePointer<Atomic<Bool>>, _ recorder: inout LatencyRecorder
  ) -> Pause {
    let size = connections.pointee.messages.size
    let nextLook = monotonicNow() &+ look.nanoseconds
    let longestWait = Int32(truncatingIfNeeded: look.nanoseconds / 1_000_000)
    while true {
      let ready = epoll_wait(epoll, events, eventCapacity, longestWait)
      guard ready > 0 else { return .lookAround }
      var now: UInt64 = 0
      for position in 0..<Int(ready) {
        let index = Int(truncatingIfNeeded: events[position].data.u64)
        let connection = connections + index
        if events[position].events & EPOLLOUT.rawValue != 0 {
          sendMore(epoll, connection, index)
          if events[position].events == EPOLLOUT.rawValue { continue }
        }
        let wanted = min(
          size &- connection.pointee.exchange.received &+ rules.slack, rules.scratchSize)
        let count = receive(connection.pointee.descriptor, rules.scratch, wanted)
        if count == -Int(EAGAIN) { continue }
        if let fault = checkPiece(
          count, connection.pointee.messages.current, size, &connection.pointee.exchange, rules)
        {
          return .fault(index: index, fault)
        }
        guard connection.pointee.exchange.received == size else { continue }
        if connection.pointee.exchange.sent != size,
          let fault = finishSending(epoll, connection, index, rules, timeout)
        {
          return .fault(index: index, fault)
        }
        now = connection.pointee.exchange.end
        connection.pointee.answered &+= 1
        if now >= window.start, now <= window.end {
          recorder.record(from: connection.pointee.exchange.start, to: now)
          connection.pointee.completed &+= 1
        }
        if now <= window.end { connection.pointee.wasServed = true }
        guard now < window.end, recorder.completed < window.messages else { return .finished }
        begin(epoll, connection, index, size)
      }
      if stop.pointee.load(ordering: .relaxed) { return .finished }
      if now > nextLook { return .lookAround }
    }
  }

  /// Sends the next message of a connection, as far as the socket takes it.
  @inline(__always)
  static func begin(
    _ epoll: Int32, _ connection: UnsafeMutablePointer<ClientConnection>, _ index: Int, _ size: Int
  ) {
    let message = connection.pointee.messages.next()
    connection.pointee.exchange.received = 0
    connection.pointee.exchange.start = monotonicNow()
    let sent = transmitNow(connection.pointee.descriptor, message, size)
    connection.pointee.exchange.sent = max(0, sent)
    if sent != size { watch(epoll, connection, index, output: true) }
  }

  /// Sends more of a message that the socket did not take whole. An error shows when the
  /// connection is read next.
  // Measured, calls only: send errno watch
  @inline(never)
  private static func sendMore(
    _ epoll: Int32, _ connection: UnsafeMutablePointer<ClientConnection>, _ index: Int
  ) {
    let rest = connection.pointee.messages.size - connection.pointee.exchange.sent
    let message = connection.pointee.messages.current + connection.pointee.exchange.sent
    let sent = transmitNow(connection.pointee.descriptor, message, rest)
    connection.pointee.exchange.sent += max(0, sent)
    if sent == rest { watch(epoll, connection, index, output: false) }
  }

  /// Sends the rest of a message whose reply is whole already: that server answers ahead of what it
  /// reads, and only a client that does not compare gets here.
  // Measured, calls only: finishExchange watch
  @inline(never)
  private static func finishSending(
    _ epoll: Int32, _ connection: UnsafeMutablePointer<ClientConnection>, _ index: Int,
    _ rules: borrowing ReplyRules, _ timeout: TimeSpan
  ) -> Fault? {
    let fault = finishExchange(
      connection.pointee.descriptor, connection.pointee.messages.current,
      connection.pointee.messages.size, &connection.pointee.exchange, rules, timeout)
    watch(epoll, connection, index, output: false)
    return fault
  }

  /// Watches a connection for output, too, or no longer: of one that is watched already, this cannot
  /// fail (epoll_ctl(2)).
  // Measured, calls only: epoll_ctl
  @inline(never)
  private static func watch(
    _ epoll: Int32, _ connection: UnsafeMutablePointer<ClientConnection>, _ index: Int,
    output: Bool
  ) {
    var event = epoll_event(connection: index, output: output)
    epoll_ctl(epoll, EPOLL_CTL_MOD, connection.pointee.descriptor, &event)
  }
}

/// The epoll instance of one worker, which watches its connections.
final class Epoll: Sendable {
  let descriptor: Int32

  /// Makes the connections non-blocking and watches them for input.
  init(
    watching connections: UnsafeMutablePointer<ClientConnection>, count: Int
  ) throws(SystemError) {
    descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard descriptor >= 0 else { throw .last("epoll_create1", remedy: moreDescriptors) }
    for index in 0..<count {
      setBlocking(connections[index].descriptor, false)
      var event = epoll_event(connection: index, output: false)
      guard epoll_ctl(descriptor, EPOLL_CTL_ADD, connections[index].descriptor, &event) == 0 else {
        throw .last("epoll_ctl")
      }
    }
  }

  deinit {
    close(descriptor)
  }
}

extension epoll_event {
  fileprivate init(connection index: Int, output: Bool) {
    self.init()
    events = EPOLLIN.rawValue | (output ? EPOLLOUT.rawValue : 0)
    data.u64 = UInt64(index)
  }
}
