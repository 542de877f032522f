internal import Glibc

/// Reads once into `buffer`: the number of bytes, 0 at the end of the stream, or -errno.
/// An interrupted call is made again.
@inline(__always)
func receive(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ capacity: Int) -> Int {
  while true {
    let count = read(descriptor, buffer, capacity)
    if count >= 0 { return count }
    let error = errno
    if error != EINTR { return -Int(error) }
  }
}

/// Writes once from `bytes`: the number of bytes taken, or -errno. An interrupted call is made
/// again. The process ignores SIGPIPE, so a peer that is gone is EPIPE.
@inline(__always)
func transmit(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  while true {
    let written = write(descriptor, bytes, count)
    if written >= 0 { return written }
    let error = errno
    if error != EINTR { return -Int(error) }
  }
}
