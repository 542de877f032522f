internal import CLinux
internal import Glibc

/// An epoll instance (epoll(7)), and the events that it has told of and nobody has seen to yet.
///
/// What is watched has a tag, which its events come back with: a connection that is read has the
/// number of its descriptor, one that waits to be written to has that and ``blocked``, and anything
/// else is beyond both. A descriptor is closed while its own event is seen to, and has one at most
/// among those that were told together: none of another connection can be taken for its own.
struct EventQueue: ~Copyable {
  /// Marks a connection that waits to be written to.
  static let blocked: UInt64 = 1 << 32
  /// The lowest tag that is no connection's.
  static let firstOther: UInt64 = 1 << 33

  private let descriptor: Int32
  private let events: UnsafeMutablePointer<epoll_event>
  private var told: Int32 = 0
  private var seen: Int32 = 0

  /// Events of one wait: at this many it costs each next to nothing.
  private static let mostEvents: Int32 = 256

  init() throws(SystemError) {
    let descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard descriptor >= 0 else { throw .last("epoll_create1", remedy: moreDescriptors) }
    self.descriptor = descriptor
    events = .allocate(capacity: Int(Self.mostEvents))
  }

  deinit {
    close(descriptor)
    events.deallocate()
  }

  /// The next of the events that are known.
  @inline(__always)
  mutating func next() -> epoll_event? {
    guard seen < told else { return nil }
    defer { seen &+= 1 }
    return events[Int(seen)]
  }

  /// Waits for more of them; there are none after a signal.
  @inline(__always)
  mutating func wait() {
    seen = 0
    told = epoll_wait(descriptor, events, Self.mostEvents, -1)
  }

  /// Begins to watch a descriptor.
  /// - Returns: false when the kernel has no memory for it, or this user watches too many (epoll(7),
  ///   max_user_watches).
  func add(_ watched: Int32, _ interest: UInt32, tag: UInt64) -> Bool {
    control(EPOLL_CTL_ADD, watched, interest, tag) == 0
  }

  /// Watches a descriptor for something else, or anew: what it is ready for is told again, behind
  /// what others are. Of one that is watched already, this cannot fail (epoll_ctl(2)).
  @inline(__always)
  func change(_ watched: Int32, _ interest: UInt32, tag: UInt64) {
    _ = control(EPOLL_CTL_MOD, watched, interest, tag)
  }

  /// Watches a descriptor no longer. Closing it is enough, unless its socket has another one (epoll(7)): then
  /// the kernel goes on telling, by a number that may be another connection's by now.
  func remove(_ watched: Int32) {
    _ = control(EPOLL_CTL_DEL, watched, 0, 0)
  }

  @inline(__always)
  private func control(
    _ operation: Int32, _ watched: Int32, _ interest: UInt32, _ tag: UInt64
  ) -> Int32 {
    var event = epoll_event()
    event.events = interest
    event.data.u64 = tag
    return epoll_ctl(descriptor, operation, watched, &event)
  }
}
