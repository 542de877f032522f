internal import Glibc

/// Turns a socket option on, or sets it to a number.
/// - Returns: 0, or why that cannot be.
@discardableResult
func setOption(_ descriptor: Int32, _ level: Int32, _ option: Int32, to value: Int32 = 1) -> Int32 {
  var value = value
  let result = setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
  return result == 0 ? 0 : errno
}

/// - Returns: 0, or why that cannot be.
func setBlocking(_ descriptor: Int32, _ blocking: Bool) -> Int32 {
  let flags = fcntl(descriptor, F_GETFL)
  guard flags >= 0 else { return errno }
  let wanted = blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK
  return fcntl(descriptor, F_SETFL, wanted) == 0 ? 0 : errno
}

/// Makes it non-blocking.
/// - Throws: `SystemError`: whoever reads it would wait, and see to nothing else.
func setNonblocking(_ descriptor: Int32) throws(SystemError) {
  try SystemError.check("fcntl", setBlocking(descriptor, false))
}

/// Bounds how long a blocking receive waits (SO_RCVTIMEO, socket(7)): it then fails with EAGAIN.
/// - Returns: 0, or why that cannot be.
func setReceiveTimeout(_ descriptor: Int32, _ timeout: TimeSpan) -> Int32 {
  setTimeout(descriptor, SO_RCVTIMEO, timeout)
}

/// Bounds how long a blocking send or connect waits (SO_SNDTIMEO, socket(7)): it then fails with EAGAIN.
/// - Returns: 0, or why that cannot be.
func setSendTimeout(_ descriptor: Int32, _ timeout: TimeSpan) -> Int32 {
  setTimeout(descriptor, SO_SNDTIMEO, timeout)
}

private func setTimeout(_ descriptor: Int32, _ option: Int32, _ timeout: TimeSpan) -> Int32 {
  var value = timeval(timeout)
  let length = socklen_t(MemoryLayout<timeval>.size)
  return setsockopt(descriptor, SOL_SOCKET, option, &value, length) == 0 ? 0 : errno
}

extension timeval {
  fileprivate init(_ span: TimeSpan) {
    self.init(
      tv_sec: Int(span.nanoseconds / 1_000_000_000),
      tv_usec: Int(span.nanoseconds % 1_000_000_000 / 1000))
  }
}

/// What went wrong with a socket since the last time, such as a connection that was not made; 0 when
/// nothing did (SO_ERROR, socket(7)). Why that cannot be asked for, where it cannot.
func pendingError(of descriptor: Int32) -> Int32 {
  option(of: descriptor, SOL_SOCKET, SO_ERROR) ?? errno
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

/// Whether it is known to be none.
func isInternetSocket(_ descriptor: Int32) -> Bool {
  option(of: descriptor, SOL_SOCKET, SO_DOMAIN).map { $0 != AF_UNIX } ?? false
}

/// What an option is that is a number, or a switch (getsockopt(2)); nil where the kernel does not tell,
/// with why in errno.
func option(of descriptor: Int32, _ level: Int32, _ option: Int32) -> Int32? {
  var value: Int32 = 0
  var length = socklen_t(MemoryLayout<Int32>.size)
  return getsockopt(descriptor, level, option, &value, &length) == 0 ? value : nil
}

/// The same.
/// - Throws: `SystemError` where the kernel does not tell.
func requireOption(
  of descriptor: Int32, _ level: Int32, _ name: Int32
) throws(SystemError) -> Int32 {
  guard let value = option(of: descriptor, level, name) else { throw .last("getsockopt") }
  return value
}
