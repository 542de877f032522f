internal import Glibc

/// Turns a boolean socket option on.
func setOption(_ descriptor: Int32, _ level: Int32, _ option: Int32) {
  var on: Int32 = 1
  setsockopt(descriptor, level, option, &on, socklen_t(MemoryLayout<Int32>.size))
}

/// What every connection gets on both sides: TCP_NODELAY, since an echo waits for each message
/// and Nagle's algorithm (RFC 896) would hold the last segment back. A unix socket refuses the
/// option, and needs it not.
func prepareConnection(_ descriptor: Int32) {
  setOption(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY)
}

func setBlocking(_ descriptor: Int32, _ blocking: Bool) {
  let flags = fcntl(descriptor, F_GETFL)
  _ = fcntl(descriptor, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK)
}

/// Bounds how long a blocking receive waits (SO_RCVTIMEO, socket(7)): it then fails with EAGAIN.
func setReceiveTimeout(_ descriptor: Int32, _ timeout: TimeSpan) {
  var value = timeval(timeout)
  setsockopt(
    descriptor, SOL_SOCKET, SO_RCVTIMEO, &value, socklen_t(MemoryLayout<timeval>.size))
}

/// Bounds how long a blocking send or connect waits (SO_SNDTIMEO, socket(7)): it then fails with EAGAIN.
func setSendTimeout(_ descriptor: Int32, _ timeout: TimeSpan) {
  var value = timeval(timeout)
  setsockopt(
    descriptor, SOL_SOCKET, SO_SNDTIMEO, &value, socklen_t(MemoryLayout<timeval>.size))
}

extension timeval {
  fileprivate init(_ span: TimeSpan) {
    self.init(
      tv_sec: Int(span.nanoseconds / 1_000_000_000),
      tv_usec: Int(span.nanoseconds % 1_000_000_000 / 1000))
  }
}

/// What went wrong with a socket since the last time, such as a connection that was not made; 0 when
/// nothing did (SO_ERROR, socket(7)).
func pendingError(of descriptor: Int32) -> Int32 {
  var error: Int32 = 0
  var length = socklen_t(MemoryLayout<Int32>.size)
  getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length)
  return error
}

/// Waits until `descriptor` is ready for `events` (or in error, which the next call will tell).
/// - Returns: false when `timeout` passed first.
// Measured, calls only: poll clock_gettime errno
func waitUntil(_ descriptor: Int32, _ events: Int32, timeout: TimeSpan) -> Bool {
  var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
  let deadline = monotonicNow() + timeout.nanoseconds
  while true {
    let now = monotonicNow()
    // Rounded up to whole milliseconds: rounding down would spin through the last one.
    let remaining = now < deadline ? (deadline - now + 999_999) / 1_000_000 : 0
    let ready = poll(&entry, 1, Int32(remaining))
    if ready > 0 || (ready < 0 && errno != EINTR) { return true }
    if remaining == 0 { return false }
  }
}

/// Whether it is a unix socket (SO_DOMAIN, socket(7)).
func isUnixSocket(_ descriptor: Int32) -> Bool {
  var domain: Int32 = 0
  var length = socklen_t(MemoryLayout<Int32>.size)
  getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &length)
  return domain == AF_UNIX
}
