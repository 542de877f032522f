internal import Glibc

/// Turns a socket option on, or sets it to a number.
func setOption(_ descriptor: Int32, _ level: Int32, _ option: Int32, to value: Int32 = 1) {
  var value = value
  setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
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
  option(of: descriptor, SOL_SOCKET, SO_ERROR)
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
  option(of: descriptor, SOL_SOCKET, SO_DOMAIN) == AF_UNIX
}

/// What an option is that is a number, or a switch (getsockopt(2)); 0 where there is none of that
/// name.
func option(of descriptor: Int32, _ level: Int32, _ option: Int32) -> Int32 {
  var value: Int32 = 0
  var length = socklen_t(MemoryLayout<Int32>.size)
  getsockopt(descriptor, level, option, &value, &length)
  return value
}
