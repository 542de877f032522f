import Glibc

@testable import EchoIO

/// One end of a stream that does nothing by itself: blocking, every call bounded in time.
final class Peer: Sendable {
  let descriptor: Int32
  private let isOpen = Lock(true)

  /// The longest a call waits: far more than anything takes, less than a test may.
  private static let patience = TimeSpan.seconds(20)

  /// Connects to a server.
  convenience init(_ address: Address) throws {
    self.init(owning: try Socket.connected(to: address, timeout: Self.patience).release())
  }

  init(owning descriptor: Int32) {
    self.descriptor = descriptor
    _ = setReceiveTimeout(descriptor, Self.patience)
    var patience = timeval(tv_sec: Int(Self.patience.seconds), tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit {
    hangUp()
  }

  /// Sends all of `bytes`.
  func send(_ bytes: some Collection<UInt8>) throws {
    try Array(bytes).withUnsafeBytes { bytes in
      var sent = 0
      while sent < bytes.count {
        let count = Glibc.send(
          descriptor, bytes.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
        guard count >= 0 else { throw SystemError.last("send") }
        sent += count
      }
    }
  }

  /// Receives once: at most `count` bytes, none at the end of the stream.
  func receiveOnce(_ count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { memory, received in
      let result = EchoIO.receive(descriptor, memory.baseAddress!, count)
      guard result >= 0 else { throw SystemError("receive", errno: Int32(-result)) }
      received = result
    }
  }

  /// Receives until `count` bytes are here or the stream ends.
  func receive(_ count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { memory, received in
      while received < count {
        let result = EchoIO.receive(
          descriptor, memory.baseAddress! + received, count - received)
        guard result >= 0 else { throw SystemError("receive", errno: Int32(-result)) }
        guard result > 0 else { return }
        received += result
      }
    }
  }

  /// Receives everything until the end of the stream.
  func receiveToEnd() throws -> [UInt8] {
    var all: [UInt8] = []
    while true {
      let piece = try receiveOnce(64 << 10)
      guard !piece.isEmpty else { return all }
      all += piece
    }
  }

  /// Whether something, or the end of the stream, can be received within `timeout`.
  func hasInput(within timeout: TimeSpan) -> Bool {
    waitUntil(descriptor, POLLIN, timeout: timeout)
  }

  /// Sends `bytes` while it receives as many: nil when they come back as they were sent, else
  /// how many are the same.
  func echoDifference(_ bytes: [UInt8]) throws -> Int? {
    let sending = try BoundedWork("sender") { try self.send(bytes) }
    let reply = try receive(bytes.count)
    try sending.value()
    return firstDifference(reply, bytes)
  }

  /// Receives until the stream ends or breaks: how many bytes.
  func receiveUntilBroken() -> Int {
    var total = 0
    while let piece = try? receiveOnce(64 << 10), !piece.isEmpty { total += piece.count }
    return total
  }

  /// Ends its own direction: the other side sees the end of the stream.
  func halfClose() {
    shutdown(descriptor, Int32(SHUT_WR))
  }

  /// Closes the connection with a reset instead of an end.
  func reset() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
    hangUp()
  }

  /// Ends both directions without closing: whoever waits for this peer, waits no longer. May be
  /// called from any thread, closed or not.
  func breakOff() {
    isOpen.withLock { isOpen in
      if isOpen { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }
  }

  func hangUp() {
    isOpen.withLock { isOpen in
      if isOpen { close(descriptor) }
      isOpen = false
    }
  }
}

/// Sends, without ever receiving, until nothing has moved for a while, or for fifteen seconds: TCP's
/// probes of a closed window may move a little now and then for minutes.
/// A while is longer than anything that delays a segment of an open window, such as the 40 ms of an
/// acknowledgement.
/// - Returns: the bytes sent.
@discardableResult
func sendUntilStuck(_ peer: Peer, atMost limit: Int = 1 << 30) -> Int {
  let piece = scrambledBytes(64 << 10)
  var sent = 0
  let deadline = monotonicNow() + 15_000_000_000
  while sent < limit, monotonicNow() < deadline {
    let count = transmitNow(peer.descriptor, piece, piece.count)
    if count > 0 {
      sent += count
    } else if !waitUntil(peer.descriptor, POLLOUT, timeout: .milliseconds(250)) {
      break
    }
  }
  return sent
}

/// The first index at which two byte strings differ; nil when they are the same.
func firstDifference(_ left: [UInt8], _ right: [UInt8]) -> Int? {
  if left.count == right.count, memcmp(left, right, left.count) == 0 { return nil }
  return zip(left, right).enumerated().first { $1.0 != $1.1 }?.offset
    ?? min(left.count, right.count)
}

/// A write to a peer that is gone is an error value in these tests too, as in the server command.
func ignoreBrokenPipes() {
  signal(SIGPIPE, SIG_IGN)
}
