internal import Glibc

/// Where the connections go that take the place of others, in memory that a worker's loop reaches by
/// pointer.
struct Renewal {
  let target: SocketAddress
  let sockets: SocketOptions
  /// How long a unix socket waits for room in the backlog.
  let timeout: TimeSpan
  /// Which address of 127.0.0.0/8 they come from: 0 for the one that the kernel takes.
  var source: UInt32 = 0
}

// What the measured loops do where another connection takes the place of one whose messages are answered.

/// Tells the server that nothing more will come: it is to end the stream.
// Measured, calls only: shutdown
@inline(never)
func retire(_ connection: UnsafeMutablePointer<ClientConnection>) {
  connection.pointee.phase = .halfClosed
  shutdown(connection.pointee.descriptor, Int32(SHUT_WR))
}

/// Begins another connection, to the same address, in the place of one whose stream has ended.
/// - Returns: nil when it is being made.
// Measured, calls only: clock_gettime close connectAnew
@inline(never)
func renew(
  _ connection: UnsafeMutablePointer<ClientConnection>, _ stretch: borrowing Stretch<some RunClock>
) -> Fault? {
  guard let renewal = stretch.renewal else { return .closed }
  close(connection.pointee.descriptor)
  connection.pointee.phase = .connecting
  connection.pointee.receivedBefore = connection.pointee.received
  connection.pointee.isWatchedForOutput = true
  connection.pointee.connectStart = stretch.clock.now()
  while true {
    let result = connectAnew(renewal)
    connection.pointee.descriptor = max(-1, result)
    if result >= 0 { return nil }
    // Every port of that address is taken or in TIME-WAIT, and this machine has other ones.
    guard -result == EADDRNOTAVAIL, renewal.pointee.target.isLoopback4,
      renewal.pointee.source < Connector.mostSources
    else { return .failed(-result) }
    renewal.pointee.source += 1
  }
}

/// - Returns: the descriptor of a socket that is being connected and does not block, or -errno.
// Measured, calls only: socket connect setsockopt bind fcntl close errno prepareSocket
@inline(never)
func connectAnew(_ renewal: UnsafeMutablePointer<Renewal>) -> Int32 {
  let isUnix = renewal.pointee.target.family == AF_UNIX
  let flags = isUnix ? 0 : Int32(SOCK_NONBLOCK.rawValue)
  let descriptor = socket(
    renewal.pointee.target.family,
    Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | flags, 0)
  guard descriptor >= 0 else { return -errno }
  var error = prepareSocket(
    descriptor, renewal.pointee.target.family, renewal.pointee.sockets)
  if error == 0 { error = keepUrgentDataInLine(descriptor) }
  if error == 0, isUnix { error = setSendTimeout(descriptor, renewal.pointee.timeout) }
  if error == 0, renewal.pointee.source > 0 {
    error = bindSource(descriptor, renewal.pointee.source)
  }
  if error == 0 { error = beginConnecting(descriptor, to: renewal.pointee.target) }
  if error == 0, isUnix { error = setBlocking(descriptor, false) }
  if error == 0 || error == EINPROGRESS { return descriptor }
  close(descriptor)
  return -error
}

/// The connection has been made, or could not be.
// Measured, calls only: clock_gettime getsockopt errno
@inline(never)
func opened(
  _ connection: UnsafeMutablePointer<ClientConnection>,
  _ stretch: borrowing Stretch<some RunClock>, _ recorders: inout Recorders
) -> Fault? {
  let error = pendingError(of: connection.pointee.descriptor)
  guard error == 0 else { return .failed(error) }
  recorders.connect.record(from: connection.pointee.connectStart, to: stretch.clock.now())
  connection.pointee.phase = .open
  connection.pointee.lastBlock &+= stretch.lifetime
  return nil
}
