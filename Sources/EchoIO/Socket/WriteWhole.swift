internal import Glibc

/// Writes a text whole (``transmitWhole(_:_:_:patience:)``).
/// - Parameter patience: how long nothing of it may be taken; nil for as long as that lasts.
/// - Throws: `SystemError` with what write(2) left, EAGAIN where that was too long.
public func writeWhole(
  _ text: String, to descriptor: Int32, patience: TimeSpan? = nil
) throws(SystemError) {
  let bytes = Array(text.utf8)
  let error = transmitWhole(descriptor, bytes, bytes.count, patience: patience)
  guard error == 0 else { throw SystemError("write", errno: error) }
}

/// Writes all of it, in as many calls as that takes. Where the descriptor does not block (whoever shares
/// standard output or error may have made it so: O_NONBLOCK is of the open file, fcntl(2)), this waits until
/// it takes more.
/// - Parameter transmit: writes once: ``transmitNow(_:_:_:)`` where a socket that blocks is not to be waited
///   for beyond `patience`, either.
/// - Returns: 0, or what it left in errno.
func transmitWhole(
  _ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int, patience: TimeSpan? = nil,
  by transmit: (Int32, UnsafeRawPointer, Int) -> Int = transmit
) -> Int32 {
  var written = 0
  while written < count {
    let result = transmit(descriptor, bytes + written, count - written)
    if result >= 0 {
      written += result
    } else if result != -Int(EAGAIN) || !awaitRoom(descriptor, patience) {
      return Int32(-result)
    }
  }
  return 0
}

/// Says something on a channel, a socket, to somebody who takes more of it within ten seconds, or is gone.
/// - Returns: whether all of it went there.
func say(_ text: String, on channel: Int32) -> Bool {
  let bytes = Array(text.utf8)
  return transmitWhole(channel, bytes, bytes.count, patience: .seconds(10), by: transmitNow) == 0
}

private func awaitRoom(_ descriptor: Int32, _ patience: TimeSpan?) -> Bool {
  while true {
    if waitUntil(descriptor, POLLOUT, timeout: patience ?? .seconds(3600)) { return true }
    if patience != nil { return false }
  }
}
