internal import Glibc

/// One read and one write per message on a blocking socket, until the peer is done or gone: the
/// measured loop of the backends that have a thread for each connection they serve.
// Measured, calls only: read write errno
@inline(never)
func echoWaiting(
  _ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ capacity: Int,
  _ counters: inout ServerCounters
) {
  while true {
    let received = receive(descriptor, buffer, capacity)
    counters.readCalls.countOne()
    guard received > 0 else { return }
    counters.bytesIn &+= UInt64(received)
    var sent = 0
    repeat {
      let written = transmit(descriptor, buffer + sent, received - sent)
      counters.writeCalls.countOne()
      guard written > 0 else { return }
      counters.bytesOut &+= UInt64(written)
      sent += written
    } while sent < received
  }
}
