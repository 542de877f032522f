internal import Glibc

/// What one step of an event-driven echo came to.
enum EchoOutcome: Equatable {
  /// Everything that was read has been written back; or there was nothing to read.
  case echoed
  /// The socket takes no more for now: this part of the buffer is still to be written.
  case blocked(Range<Int>)
  /// The stream has ended, or the peer is gone: close the connection.
  case finished
}

/// Reads once and writes back what came, as a measured step by itself.
// Measured, calls only: read write errno
@inline(never)
func echoOnce(
  _ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ capacity: Int,
  _ counters: UnsafeMutablePointer<ServerCounters>
) -> EchoOutcome {
  readAndWriteBack(descriptor, buffer, capacity, counters)
}

/// The same inside a measured loop.
@inline(__always)
func readAndWriteBack(
  _ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ capacity: Int,
  _ counters: UnsafeMutablePointer<ServerCounters>
) -> EchoOutcome {
  let received = receive(descriptor, buffer, capacity)
  counters.pointee.readCalls.countOne()
  guard received > 0 else { return received == -Int(EAGAIN) ? .echoed : .finished }
  counters.pointee.bytesIn &+= UInt64(received)
  return writeBack(descriptor, buffer, 0..<received, counters)
}

/// Writes `pending`, a part of `buffer`, once.
@inline(__always)
func writeBack(
  _ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ pending: Range<Int>,
  _ counters: UnsafeMutablePointer<ServerCounters>
) -> EchoOutcome {
  let written = transmit(descriptor, buffer + pending.lowerBound, pending.count)
  counters.pointee.writeCalls.countOne()
  guard written >= 0 else { return written == -Int(EAGAIN) ? .blocked(pending) : .finished }
  counters.pointee.bytesOut &+= UInt64(written)
  let next = pending.lowerBound &+ written
  return next == pending.upperBound
    ? .echoed : .blocked(Range(uncheckedBounds: (next, pending.upperBound)))
}
