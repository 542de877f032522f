internal import Glibc
internal import Synchronization

/// A thread per connection, writing and then reading: the blog's client.
enum BlockingEngine {
  /// The measured loop: reads a reply, checks it, counts it and writes the next message.
  ///
  /// The read waits, as long as the socket's timeout. The write does not: what the socket does not
  /// take of a message is sent while its reply is received, or a large one would leave both sides
  /// writing.
  // Measured, calls only: send read clock_gettime memcmp errno sendRest transmitRest matchesNext
  @inline(never)
  static func drive(
    _ connection: UnsafeMutablePointer<ClientConnection>,
    _ stretch: borrowing Stretch<some RunClock>, _ recorder: inout LatencyRecorder
  ) -> Pause {
    repeat {
      if !connection.pointee.isSent, let pause = sendRest(of: connection, stretch) { return pause }
      let count = receive(
        connection.pointee.descriptor, stretch.scratch, stretch.wanted(of: connection))
      if count == -Int(EAGAIN) { return .quiet }
      let now = stretch.clock.now()
      if let fault = takeIn(count, connection, stretch) { return .fault(index: 0, fault) }
      guard connection.pointee.isWhole else {
        if now >= stretch.boundary { return .quiet }
        continue
      }
      guard now < stretch.boundary, recorder.completed &+ 1 < stretch.mostReplies,
        connection.pointee.isSent
      else { return .whole(index: 0, end: now) }
      complete(connection, at: now, &recorder)
      issue(connection, stretch)
    } while !stretch.stop.pointee.load(ordering: .relaxed)
    return .quiet
  }

  /// Sends what is left of a message until there is something to receive.
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
        return connection.pointee.isWhole ? .whole(index: 0, end: now) : nil
      }
      let events = connection.pointee.isWhole ? POLLOUT : POLLOUT | POLLIN
      var entry = pollfd(fd: connection.pointee.descriptor, events: Int16(events), revents: 0)
      guard poll(&entry, 1, stretch.longestWait) > 0, now < stretch.boundary else { return .quiet }
      if entry.revents != Int16(POLLOUT) { return nil }
    }
  }
}
