internal import Glibc

/// What is timed: each function does one thing over and over, and nothing else. Those that can fail
/// return 0, or -errno.
enum FloorLoop {
  /// The cheapest call that enters the kernel and comes back: getppid(2) reads one number, and unlike
  /// the time it is not answered in the vDSO (vdso(7)).
  // Measured, calls only: getppid
  @inline(never)
  static func systemCalls(_ count: Int) {
    for _ in 0..<count { _ = getppid() }
  }

  /// Receives from a socket that has nothing: what it costs to ask in vain.
  // Measured, calls only: recv errno
  @inline(never)
  static func emptyReceives(
    _ descriptor: Int32, _ memory: UnsafeMutableRawPointer, _ count: Int
  ) -> Int {
    for _ in 0..<count {
      let result = receiveNow(descriptor, memory, 1)
      if result != -Int(EAGAIN) { return result < 0 ? result : -Int(EPROTO) }
    }
    return 0
  }

  /// Hands messages of `size` bytes to and fro between the two ends of a connection, neither of which
  /// waits: `count` round trips in one thread, which nobody has to wake.
  /// - Parameter memory: of `size` bytes for what is sent, and as many for what comes.
  // Measured, calls only: write read errno clock_gettime
  @inline(never)
  static func roundTrips(
    _ one: Int32, _ other: Int32, _ memory: UnsafeMutableRawPointer, _ size: Int, _ count: Int
  ) -> Int {
    for _ in 0..<count {
      let there = pass(from: one, to: other, memory, size)
      if there < 0 { return there }
      let back = pass(from: other, to: one, memory, size)
      if back < 0 { return back }
    }
    return 0
  }

  /// A message that is larger than the socket's buffers goes in pieces.
  @inline(__always)
  private static func pass(
    from: Int32, to: Int32, _ memory: UnsafeMutableRawPointer, _ size: Int
  ) -> Int {
    var (sent, received) = (0, 0)
    var deadline: UInt64 = 0
    while received < size {
      let before = sent + received
      if sent < size {
        let result = transmit(from, memory + sent, size - sent)
        if result > 0 { sent += result } else if result != -Int(EAGAIN) { return result }
      }
      let result = receive(to, memory + size + received, size - received)
      if result > 0 {
        received += result
      } else if result != -Int(EAGAIN) {
        return result == 0 ? -Int(EPIPE) : result
      }
      // The kernel delivers before write(2) returns, unless it is busy or told to drop.
      if sent + received > before {
        deadline = 0
        continue
      }
      let now = monotonicNow()
      if deadline == 0 { deadline = now + patience }
      if now > deadline { return -Int(ETIMEDOUT) }
    }
    return 0
  }

  /// Nanoseconds without a byte: the longest that a lost segment takes to be sent again (RFC 6298) is
  /// shorter on a path as short as this one.
  private static let patience: UInt64 = 1_000_000_000

  /// Hands a byte to the other thread and waits until it comes back.
  // Measured, calls only: write read errno
  @inline(never)
  static func handOvers(
    _ to: Int32, _ from: Int32, _ memory: UnsafeMutableRawPointer, _ count: Int
  ) -> Int {
    for _ in 0..<count {
      let sent = transmit(to, memory, 1)
      if sent != 1 { return sent < 0 ? sent : -Int(EPIPE) }
      let received = receive(from, memory, 1)
      if received != 1 { return received < 0 ? received : -Int(EPIPE) }
    }
    return 0
  }

  /// Waits for a byte and hands it back.
  // Measured, calls only: write read errno
  @inline(never)
  static func takeOvers(
    _ to: Int32, _ from: Int32, _ memory: UnsafeMutableRawPointer, _ count: Int
  ) -> Int {
    for _ in 0..<count {
      let received = receive(from, memory, 1)
      if received != 1 { return received < 0 ? received : -Int(EPIPE) }
      let sent = transmit(to, memory, 1)
      if sent != 1 { return sent < 0 ? sent : -Int(EPIPE) }
    }
    return 0
  }
}
