internal import Glibc
internal import Synchronization

/// A thread per connection, writing and then reading: the blog's client.
enum BlockingEngine {
  /// Has every receive come back after so long: a worker is to look around.
  static func bound(
    _ connections: UnsafeMutableBufferPointer<ClientConnection>, by look: TimeSpan
  ) throws(SystemError) {
    for connection in connections {
      try SystemError.check("setsockopt", setReceiveTimeout(connection.descriptor, look))
    }
  }

  /// The measured loop: reads replies, checks them, counts them and writes messages in their place.
  ///
  /// The read waits, as long as the socket's timeout. The write does not: what the socket does not
  /// take of a message is sent while its reply is received, or a large one would leave both sides
  /// writing.
  // Measured, calls only: send read clock_gettime memcmp errno sendRest transmitRest transmitStaged
  //   matchesNext retire renew awaitConnection drawnSize noteSize
  @inline(never)
  static func drive(
    _ connection: UnsafeMutablePointer<ClientConnection>,
    _ stretch: borrowing Stretch<some RunClock>, _ recorders: inout Recorders
  ) -> Pause {
    if connection.pointee.phase == .connecting,
      let pause = awaitConnection(connection, stretch, &recorders)
    {
      return pause
    }
    repeat {
      if !connection.pointee.isSent, let pause = sendRest(of: connection, stretch) { return pause }
      let count = receive(
        connection.pointee.descriptor, stretch.scratch, stretch.wanted(of: connection))
      if count == -Int(EAGAIN) { return .quiet }
      let now = stretch.clock.now()
      if let fault = takeIn(count, connection, stretch) {
        guard fault == .closed, stretch.renews, connection.pointee.isOver else {
          return .fault(index: 0, fault)
        }
        if let fault = renew(connection, stretch) { return .fault(index: 0, fault) }
        if let pause = awaitConnection(connection, stretch, &recorders) { return pause }
        continue
      }
      guard connection.pointee.hasReply else {
        if now >= stretch.boundary { return .quiet }
        continue
      }
      repeat {
        guard now < stretch.boundary, recorders.completed &+ 1 < stretch.mostReplies
        else { return .whole(index: 0, end: now) }
        complete(connection, at: now, stretch, &recorders)
      } while connection.pointee.hasReply
      issue(connection, stretch, &recorders)
      if connection.pointee.isOver { retire(connection) }
    } while !stretch.stop.pointee.load(ordering: .relaxed)
    return .quiet
  }

  /// Sends what the socket did not take until there is something to receive.
  /// - Returns: nil when there is.
  // Measured, calls only: poll clock_gettime transmitRest
  @inline(never)
  private static func sendRest(
    of connection: UnsafeMutablePointer<ClientConnection>,
    _ stretch: borrowing Stretch<some RunClock>
  ) -> Pause? {
    while true {
      transmitRest(of: connection, stretch)
      let now = stretch.clock.now()
      if connection.pointee.isSent {
        return connection.pointee.hasReply ? .whole(index: 0, end: now) : nil
      }
      let events = connection.pointee.isWhole ? POLLOUT : POLLOUT | POLLIN
      var entry = pollfd(fd: connection.pointee.descriptor, events: Int16(events), revents: 0)
      guard poll(&entry, 1, Int32(stretch.longestWait / 1_000_000)) > 0, now < stretch.boundary
      else { return .quiet }
      if entry.revents != Int16(POLLOUT) { return nil }
    }
  }

  /// Waits until another connection is made, and issues its first messages.
  /// - Returns: nil when it is.
  // Measured, calls only: poll clock_gettime opened errno send transmitRest transmitStaged drawnSize
  //   fcntl setsockopt
  @inline(never)
  private static func awaitConnection(
    _ connection: UnsafeMutablePointer<ClientConnection>,
    _ stretch: borrowing Stretch<some RunClock>, _ recorders: inout Recorders
  ) -> Pause? {
    var entry = pollfd(fd: connection.pointee.descriptor, events: Int16(POLLOUT), revents: 0)
    guard poll(&entry, 1, Int32(stretch.longestWait / 1_000_000)) > 0 else { return .quiet }
    if let fault = opened(connection, stretch, &recorders) { return .fault(index: 0, fault) }
    var error = setBlocking(connection.pointee.descriptor, true)
    if error == 0 {
      let look = TimeSpan(nanoseconds: stretch.longestWait)
      error = setReceiveTimeout(connection.pointee.descriptor, look)
    }
    guard error == 0 else {
      // It is this side that cannot have the connection, and it is told as one that could not be made: the server
      // has not lost it.
      connection.pointee.phase = .connecting
      return .fault(index: 0, .failed(error))
    }
    issue(connection, stretch, &recorders)
    return nil
  }
}
