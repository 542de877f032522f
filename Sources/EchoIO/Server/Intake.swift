internal import CLinux
internal import Glibc

/// Where the connections of an epoll loop come from, and its order to stop: all that such a loop
/// watches besides its connections.
///
/// Unchecked: everything but the inbox belongs to the one thread that runs the loop; it is set up
/// before that thread starts.
final class Intake: @unchecked Sendable {
  /// What is watched, by its tag, from ``EventQueue/firstOther`` on.
  private enum Source: UInt64 {
    case stop = 0x2_0000_0000
    case inbox, listener, endOfPause
  }

  private let inbox = Inbox()
  private let wakeUp: Int32
  /// Of the loop that accepts.
  private var acceptor: Acceptor?

  init(watchedIn queue: borrowing EventQueue, until stop: StopSignal) throws(SystemError) {
    wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard wakeUp >= 0 else { throw .last("eventfd", remedy: moreDescriptors) }
    try Self.watch(stop.descriptor, .stop, in: queue)
    try Self.watch(wakeUp, .inbox, in: queue)
  }

  deinit {
    inbox.shut()
    close(wakeUp)
  }

  /// Makes this the one that accepts, and deals out to all of `intakes`, itself among them.
  func accept(
    from listener: Int32, _ admission: Admission?, dealingTo intakes: [Intake],
    watchedIn queue: borrowing EventQueue
  ) throws(SystemError) {
    let acceptor = try Acceptor(listener)
    acceptor.dealer = Dealer(
      from: listener, admission,
      to: intakes.map { intake -> (Int32) -> Void in
        if intake === self { return { [unowned acceptor] in acceptor.arrived.append($0) } }
        return { intake.deliver($0) }
      })
    try Self.watch(acceptor.timer, .endOfPause, in: queue)
    try Self.watch(listener, .listener, in: queue)
    self.acceptor = acceptor
  }

  /// Sees to an event that is no connection's.
  /// - Returns: the connections that have come, which are the caller's now; nil when it is to stop.
  func attend(to tag: UInt64, in queue: borrowing EventQueue) -> [Int32]? {
    switch Source(rawValue: tag) {
    case .inbox:
      clear(wakeUp)
      return inbox.takeAll()
    case .listener:
      return acceptor?.acceptAll(in: queue)
    case .endOfPause:
      acceptor?.endPause(in: queue)
      return []
    case .stop, nil:
      return nil
    }
  }

  /// Closes what has come and was not taken over, and whatever comes from now on.
  func shut() {
    inbox.shut()
  }

  private func deliver(_ connection: Int32) {
    inbox.put(connection) { eventfd_write(wakeUp, 1) }
  }

  private static func watch(
    _ descriptor: Int32, _ source: Source, in queue: borrowing EventQueue
  ) throws(SystemError) {
    guard queue.add(descriptor, EPOLLIN.rawValue, tag: source.rawValue) else {
      throw .last("epoll_ctl")
    }
  }

  /// The listener, and the pauses in which it is left alone.
  private final class Acceptor {
    let listener: Int32
    /// Tells the end of a pause: the wait of the loop has no time limit, and would not reach one while
    /// there is something to do.
    let timer: Int32
    var dealer: Dealer?
    /// Dealt to the loop that accepts.
    var arrived: [Int32] = []

    init(_ listener: Int32) throws(SystemError) {
      self.listener = listener
      timer = clinux_timer()
      guard timer >= 0 else {
        throw SystemError("timerfd_create", errno: -timer, remedy: moreDescriptors)
      }
    }

    deinit {
      close(timer)
    }

    func acceptAll(in queue: borrowing EventQueue) -> [Int32] {
      // A pause that nothing would end is none.
      if dealer?.acceptAll(from: listener) == false,
        clinux_start_timer(timer, acceptPause.nanoseconds) == 0
      {
        queue.change(listener, 0, tag: Source.listener.rawValue)
      }
      defer { arrived = [] }
      return arrived
    }

    func endPause(in queue: borrowing EventQueue) {
      clear(timer)
      queue.change(listener, EPOLLIN.rawValue, tag: Source.listener.rawValue)
    }
  }
}

/// Takes the count out of an eventfd or a timerfd, which is readable until then.
private func clear(_ descriptor: Int32) {
  var count: UInt64 = 0
  _ = receive(descriptor, &count, MemoryLayout<UInt64>.size)
}
