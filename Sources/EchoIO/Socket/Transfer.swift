internal import Glibc

// The system calls that everything is made of. Each returns the number of bytes, or -errno as the
// kernel itself does; 0 is the end of the stream. A call that a signal interrupted is made again.

/// Reads once, waiting or not as the socket's mode is (read(2)).
@inline(__always)
func receive(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ capacity: Int) -> Int {
  uninterrupted { read(descriptor, buffer, capacity) }
}

/// Writes once, waiting or not as the socket's mode is (write(2)). The process ignores SIGPIPE,
/// so a peer that is gone is EPIPE.
@inline(__always)
func transmit(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  uninterrupted { write(descriptor, bytes, count) }
}

/// Reads what is there now, whatever the socket's mode (recv(2)).
@inline(__always)
func receiveNow(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ capacity: Int) -> Int {
  uninterrupted { recv(descriptor, buffer, capacity, Int32(MSG_DONTWAIT)) }
}

/// The same, and leaves it there.
func peekNow(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ capacity: Int) -> Int {
  uninterrupted { recv(descriptor, buffer, capacity, Int32(MSG_DONTWAIT | MSG_PEEK)) }
}

/// Writes what the socket takes now, whatever its mode (send(2)).
@inline(__always)
func transmitNow(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  uninterrupted { send(descriptor, bytes, count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL)) }
}

@inline(__always)
private func uninterrupted(_ call: () -> Int) -> Int {
  while true {
    let result = call()
    if result >= 0 { return result }
    let error = errno
    if error != EINTR { return -Int(error) }
  }
}
