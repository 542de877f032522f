internal import Glibc

// How what was issued is sent, message by message or put together.

/// Messages of which several are put together before they are sent; a longer one is sent by itself: to
/// copy it costs more than another system call.
let longestStaged = 32 << 10

/// Sends what was issued, as far as the socket takes it now.
@inline(__always)
func transmit(
  _ connection: UnsafeMutablePointer<ClientConnection>, _ stretch: borrowing Stretch<some RunClock>
) {
  if transmitPart(of: connection, stretch), !connection.pointee.isSent {
    transmitRest(of: connection, stretch)
  }
}

/// The same, where the first part has been sent.
// Measured, calls only: send errno transmitStaged drawnSize
@inline(never)
func transmitRest(
  of connection: UnsafeMutablePointer<ClientConnection>,
  _ stretch: borrowing Stretch<some RunClock>
) {
  while transmitPart(of: connection, stretch), !connection.pointee.isSent {}
}

/// Sends the next part of what was issued: of one message, or several that are put together. An error
/// shows when the connection is read next.
/// - Returns: whether the socket took all of it.
@inline(__always)
private func transmitPart(
  of connection: UnsafeMutablePointer<ClientConnection>,
  _ stretch: borrowing Stretch<some RunClock>
) -> Bool {
  let rest = connection.pointee.issued &- connection.pointee.sent
  let size = stretch.messages.size(
    of: connection.pointee.sending, on: connection.pointee.index)
  let offset = connection.pointee.sent &- connection.pointee.sendingAt
  if rest > size &- offset, let stage = stretch.stage {
    return transmitStaged(of: connection, stage, stretch)
  }
  let part = MessageSource.part(from: offset, min(rest, size &- offset))
  let count = stretch.messages.withSegment(
    part.segment, of: connection.pointee.sending, on: connection.pointee.index
  ) {
    transmitNow(connection.pointee.descriptor, $0 + part.start, part.count)
  }
  guard noteSent(count, of: part.count, connection) else { return false }
  if offset &+ part.count == size {
    connection.pointee.sending &+= 1
    connection.pointee.sendingAt &+= size
  }
  return true
}

/// Puts together what was issued, as much as there is room for, and sends it as one.
// Measured, calls only: memcpy send errno drawnSize
@inline(never)
private func transmitStaged(
  of connection: UnsafeMutablePointer<ClientConnection>, _ stage: UnsafeMutableRawPointer,
  _ stretch: borrowing Stretch<some RunClock>
) -> Bool {
  let most = min(connection.pointee.issued &- connection.pointee.sent, stretch.stageSize)
  var message = connection.pointee.sending
  var offset = connection.pointee.sent &- connection.pointee.sendingAt
  var staged = 0
  while staged < most {
    let size = stretch.messages.size(of: message, on: connection.pointee.index)
    let part = MessageSource.part(from: offset, min(size &- offset, most &- staged))
    stretch.messages.withSegment(part.segment, of: message, on: connection.pointee.index) {
      _ = memcpy(stage + staged, $0 + part.start, part.count)
    }
    staged &+= part.count
    offset &+= part.count
    if offset == size { (message, offset) = (message &+ 1, 0) }
  }
  let isWhole = noteSent(
    transmitNow(connection.pointee.descriptor, stage, staged), of: staged, connection)
  while true {
    let size = stretch.messages.size(
      of: connection.pointee.sending, on: connection.pointee.index)
    guard connection.pointee.sent &- connection.pointee.sendingAt >= size else { return isWhole }
    connection.pointee.sending &+= 1
    connection.pointee.sendingAt &+= size
  }
}

/// Notes what `count`, the result of a send, says that the socket has taken.
/// - Returns: whether that is all of it.
@inline(__always)
private func noteSent(
  _ count: Int, of all: Int, _ connection: UnsafeMutablePointer<ClientConnection>
) -> Bool {
  if count < 0 {
    if count != -Int(EAGAIN) { connection.pointee.sendError = Int32(-count) }
    return false
  }
  connection.pointee.sent &+= count
  return count == all
}
