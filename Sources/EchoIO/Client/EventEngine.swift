internal import CLinux
internal import Glibc
internal import Synchronization

/// Each worker drives its share of the connections through one epoll instance.
///
/// Readiness is level-triggered. A connection is watched for output only while its socket did not
/// take a message whole.
enum EventEngine {
  /// The measured loop: receives what has come, checks it, counts the replies that are whole, and
  /// issues messages in their place, or what is due by now.
  // Measured, calls only: epoll_wait clinux_epoll_wait send read clock_gettime memcmp errno
  //   takeTurns sendRest watch transmitRest transmitStaged issueDue completeDue matchesNext
  //   goOn replace retire drawnSize noteSize
  @inline(never)
  static func drive(
    _ poller: inout Poller, _ connections: UnsafeMutablePointer<ClientConnection>,
    _ stretch: borrowing Stretch<some RunClock>, _ arrivals: inout Arrivals,
    _ recorders: inout Recorders
  ) -> Pause {
    while true {
      while let event = poller.nextEvent() {
        let index = Int(truncatingIfNeeded: event.data.u64)
        let connection = connections + index
        if event.events & EPOLLOUT.rawValue != 0 {
          if connection.pointee.phase == .connecting {
            if let fault = goOn(connection, index, poller, arrivals, stretch, &recorders) {
              return .fault(index: index, fault)
            }
            continue
          }
          if let pause = sendRest(of: connection, index, poller, stretch) { return pause }
          if event.events == EPOLLOUT.rawValue { continue }
        }
        let count = receive(
          connection.pointee.descriptor, stretch.scratch, stretch.wanted(of: connection))
        if count == -Int(EAGAIN) { continue }
        let now = stretch.clock.now()
        if let fault = takeIn(count, connection, stretch) {
          guard fault == .closed, stretch.renews, connection.pointee.isOver else {
            return .fault(index: index, fault)
          }
          if let fault = replace(connection, index, poller, stretch) {
            return .fault(index: index, fault)
          }
          continue
        }
        guard connection.pointee.hasReply else {
          // Without verification a reply may be whole before its message is sent.
          if connection.pointee.isWhole { poller.watch(connection, index) }
          if now >= stretch.boundary { return .quiet }
          continue
        }
        repeat {
          guard now < stretch.boundary, recorders.completed &+ 1 < stretch.mostReplies
          else { return .whole(index: index, end: now) }
          complete(connection, index, at: now, arrivals, stretch, &recorders)
        } while connection.pointee.hasReply
        issue(connection, index, by: now, arrivals, stretch, &recorders)
        poller.follow(connection, index)
        if connection.pointee.isOver { retire(connection) }
      }
      if stretch.stop.pointee.load(ordering: .relaxed) { return .quiet }
      if arrivals.isPaced {
        let now = stretch.clock.now()
        guard now < stretch.boundary else { return .quiet }
        takeTurns(by: now, connections, poller, stretch, &arrivals, &recorders)
        poller.wait(stretch.untilNext(arrivals.next, now))
      } else if !poller.wait(milliseconds: stretch.longestWait / 1_000_000) {
        return .quiet
      }
    }
  }

  /// Has every connection whose turn it is by now issue what is due on it. One that is being made does so
  /// when it is. After a round all have: whose turn it was more often is passed over.
  // Measured, calls only: issueDue watch pass
  @inline(never)
  private static func takeTurns(
    by now: UInt64, _ connections: UnsafeMutablePointer<ClientConnection>, _ poller: Poller,
    _ stretch: borrowing Stretch<some RunClock>, _ arrivals: inout Arrivals,
    _ recorders: inout Recorders
  ) {
    var turns = arrivals.connections
    while arrivals.next <= now {
      if turns == 0 { return arrivals.pass(now) }
      turns &-= 1
      let connection = connections + arrivals.turn
      if connection.pointee.phase == .open {
        issueDue(connection, arrivals.turn, by: now, arrivals, stretch, &recorders)
        poller.follow(connection, arrivals.turn)
      }
      arrivals.advance()
    }
  }

  /// Begins another connection in the place of one that has ended.
  // Measured, calls only: renew epoll_ctl errno
  @inline(never)
  private static func replace(
    _ connection: UnsafeMutablePointer<ClientConnection>, _ index: Int, _ poller: Poller,
    _ stretch: borrowing Stretch<some RunClock>
  ) -> Fault? {
    if let fault = renew(connection, stretch) { return fault }
    let error = poller.add(connection, index, EPOLLOUT.rawValue)
    return error == 0 ? nil : .failed(error)
  }

  /// Another connection is made: issues its first messages, or what is due on it.
  // Measured, calls only: opened clock_gettime issueDue watch send errno transmitRest transmitStaged
  //   drawnSize
  @inline(never)
  private static func goOn(
    _ connection: UnsafeMutablePointer<ClientConnection>, _ index: Int, _ poller: Poller,
    _ arrivals: Arrivals, _ stretch: borrowing Stretch<some RunClock>,
    _ recorders: inout Recorders
  ) -> Fault? {
    if let fault = opened(connection, stretch, &recorders) { return fault }
    issue(connection, index, by: stretch.clock.now(), arrivals, stretch, &recorders)
    poller.watch(connection, index)
    return nil
  }

  /// Sends more of what the socket did not take.
  /// - Returns: nil when the connection is to be read next, if it can be.
  // Measured, calls only: clock_gettime transmitRest watch
  @inline(never)
  private static func sendRest(
    of connection: UnsafeMutablePointer<ClientConnection>, _ index: Int, _ poller: Poller,
    _ stretch: borrowing Stretch<some RunClock>
  ) -> Pause? {
    transmitRest(of: connection, stretch)
    let now = stretch.clock.now()
    if connection.pointee.isSent {
      poller.watch(connection, index)
      if connection.pointee.hasReply { return .whole(index: index, end: now) }
    }
    return now < stretch.boundary ? nil : .quiet
  }
}

/// The epoll instance of one worker, and the events it has told and nobody has seen to yet.
struct Poller {
  private let descriptor: Int32
  private let events: UnsafeMutablePointer<epoll_event>
  private let capacity: Int32
  private var told: Int32 = 0
  private var seen: Int32 = 0

  /// More in one go would take more than a page or three, and spare little.
  private static let mostEvents = 1024

  /// Makes the connections non-blocking and watches them for input.
  init(
    _ connections: UnsafeMutableBufferPointer<ClientConnection>
  ) throws(SystemError) {
    descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard descriptor >= 0 else { throw .last("epoll_create1", remedy: moreDescriptors) }
    capacity = Int32(min(connections.count, Self.mostEvents))
    events = .allocate(capacity: Int(capacity))
    do throws(SystemError) {
      for (index, connection) in connections.enumerated() {
        try setNonblocking(connection.descriptor)
        try SystemError.check(
          "epoll_ctl", add(connections.baseAddress! + index, index, EPOLLIN.rawValue))
      }
    } catch {
      deallocate()
      throw error
    }
  }

  /// To be called once.
  func deallocate() {
    close(descriptor)
    events.deallocate()
  }

  /// Begins to watch a connection.
  /// - Returns: 0, or why that cannot be.
  func add(
    _ connection: UnsafeMutablePointer<ClientConnection>, _ index: Int, _ events: UInt32
  ) -> Int32 {
    var event = epoll_event(of: index, events)
    return epoll_ctl(descriptor, EPOLL_CTL_ADD, connection.pointee.descriptor, &event) == 0
      ? 0 : errno
  }

  /// The next of the events that are known.
  @inline(__always)
  mutating func nextEvent() -> epoll_event? {
    guard seen < told else { return nil }
    defer { seen &+= 1 }
    return events[Int(seen)]
  }

  /// Waits for more of them, so long at most.
  /// - Returns: false when there are none.
  @inline(__always)
  mutating func wait(milliseconds longest: UInt64) -> Bool {
    seen = 0
    told = epoll_wait(descriptor, events, capacity, Int32(truncatingIfNeeded: longest))
    return told > 0
  }

  /// The same, to the nanosecond.
  @inline(__always)
  mutating func wait(_ nanoseconds: UInt64) {
    seen = 0
    told = clinux_epoll_wait(descriptor, events, capacity, nanoseconds)
  }

  /// Watches a connection for output while there is something to send, and no longer.
  @inline(__always)
  func follow(_ connection: UnsafeMutablePointer<ClientConnection>, _ index: Int) {
    if connection.pointee.isSent == connection.pointee.isWatchedForOutput {
      watch(connection, index)
    }
  }

  /// Watches a connection for what its state asks for. Of one that is watched already, this cannot
  /// fail (epoll_ctl(2)).
  // Measured, calls only: epoll_ctl
  @inline(never)
  func watch(_ connection: UnsafeMutablePointer<ClientConnection>, _ index: Int) {
    connection.pointee.isWatchedForOutput = !connection.pointee.isSent
    let output = connection.pointee.isSent ? 0 : EPOLLOUT.rawValue
    // A reply that is whole before its message is sent: what follows it has to wait.
    let input = connection.pointee.isWhole && output != 0 ? 0 : EPOLLIN.rawValue
    var event = epoll_event(of: index, input | output)
    epoll_ctl(descriptor, EPOLL_CTL_MOD, connection.pointee.descriptor, &event)
  }

  /// Watches a connection no longer.
  func leave(_ connection: UnsafeMutablePointer<ClientConnection>) {
    epoll_ctl(descriptor, EPOLL_CTL_DEL, connection.pointee.descriptor, nil)
  }
}

extension epoll_event {
  fileprivate init(of index: Int, _ events: UInt32) {
    self.init()
    self.events = events
    data.u64 = UInt64(index)
  }
}
