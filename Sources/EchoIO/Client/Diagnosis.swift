internal import Glibc

/// Turns a fault into a failure with a sentence that says how the server went wrong. It may ask
/// the connection some more: how much else is coming, whether the rest arrives after all.
func diagnose(
  _ connection: UnsafeMutablePointer<ClientConnection>, _ fault: Fault, _ workload: Workload,
  _ rules: borrowing ReplyRules
) -> Failure {
  let size = workload.size.bytes
  let received = connection.pointee.exchange.received
  let name = "connection \(connection.pointee.index)"
  let message = "message \(connection.pointee.messages.sequence)"
  switch fault {
  case .closed:
    let answered = "\(received) of the \(size) bytes of \(message)"
    return Failure(
      kind: .missing,
      reason: connection.pointee.isHalfClosed
        ? "the server answered \(answered), and closed \(name) when told that no more would come"
        : "the server closed \(name) after \(answered)")
  case .failed(let error):
    return Failure(
      kind: error == ECONNRESET || error == EPIPE ? .reset : .missing,
      reason: "\(name) was lost after \(received) of the \(size) bytes of \(message):"
        + " \(describe(error))")
  case .stalled:
    return diagnoseStall(connection, workload, name, message)
  case .surplus(let extra):
    connection.pointee.surplusBytes += UInt64(extra)
    return diagnoseSurplus(connection, size, extra)
  case .mismatch(let length):
    let piece = UnsafeRawBufferPointer(start: rules.scratch, count: length)
    let reason =
      describeForeign(connection, piece, received)
      ?? describeAltered(connection, piece, received, size)
    return Failure(kind: .mismatch, reason: "\(reason) on \(name)")
  }
}

/// A stall is bytes missing when the server ends the stream without them once it is told that
/// nothing more will come, or when part of the reply is here; else it is silence.
private func diagnoseStall(
  _ connection: UnsafeMutablePointer<ClientConnection>, _ workload: Workload, _ name: String,
  _ message: String
) -> Failure {
  let size = workload.size.bytes
  let exchange = connection.pointee.exchange
  guard exchange.sent == size else {
    return Failure(
      kind: .timeout,
      reason: "the server stopped reading: \(name) could send \(exchange.sent) of the \(size) bytes"
        + " of \(message), and nothing moved for \(workload.timeout)")
  }
  guard exchange.received > 0 else {
    return Failure(
      kind: .timeout,
      reason: "the server did not answer \(message) of \(name) within \(workload.timeout)")
  }
  let missing = plural(size - exchange.received, "byte")
  connection.pointee.halfClose()
  let rest = readUntilQuiet(
    connection, limit: longestLook, quiet: min(lookAround, workload.timeout))
  let proof =
    rest.ending == .endOfStream && rest.bytes == 0
    ? "the server then closed the connection without them"
    : "nothing moved for \(workload.timeout)"
  return Failure(
    kind: .missing,
    reason: "the server returned \(exchange.received) bytes for a \(size)-byte message:"
      + " \(missing) of \(message) on \(name) missing, and \(proof)")
}

/// More than was sent. When the total has the look of a buffer, it most likely is one.
private func diagnoseSurplus(
  _ connection: UnsafeMutablePointer<ClientConnection>, _ size: Int, _ extra: Int
) -> Failure {
  let more = readUntilQuiet(connection, limit: longestLook, quiet: lookAround)
  let total = size + extra + more.bytes
  let found = "the server returned \(total) bytes for a \(size)-byte message"
  if more.ending == .limit {
    return Failure(kind: .surplus, reason: "\(found) and went on sending")
  }
  let looksLikeBuffer = total.nonzeroBitCount == 1 && total >= 256
  return Failure(
    kind: .surplus,
    reason: looksLikeBuffer
      ? "\(found): it echoes its whole buffer"
      : "\(found): \(plural(total - size, "byte")) more than it received")
}

/// A reply that begins with the header of another connection's message, or of an earlier one.
private func describeForeign(
  _ connection: UnsafeMutablePointer<ClientConnection>, _ piece: UnsafeRawBufferPointer,
  _ offset: Int
) -> String? {
  let current = UnsafeRawBufferPointer(
    start: connection.pointee.messages.current, count: connection.pointee.messages.size)
  guard offset == 0, let header = MessageHeader(piece), let own = MessageHeader(current),
    header != own
  else { return nil }
  if header.connection != own.connection, header.connection < 1 << 20,
    header.sequence < 1 << 40
  {
    return "the server returned bytes of connection \(header.connection)"
      + " (its message \(header.sequence + 1))"
  }
  if header.connection == own.connection, header.sequence < own.sequence {
    return "the server returned message \(header.sequence + 1) again instead of"
      + " message \(own.sequence + 1)"
  }
  return nil
}

private func describeAltered(
  _ connection: UnsafeMutablePointer<ClientConnection>, _ piece: UnsafeRawBufferPointer,
  _ offset: Int, _ size: Int
) -> String {
  let current = UnsafeRawBufferPointer(
    start: connection.pointee.messages.current, count: size)
  let at = piece.indices.first { piece[$0] != current[offset + $0] } ?? 0
  return "the server altered message \(connection.pointee.messages.sequence):"
    + " byte \(offset + at) of \(size) came back as \(piece[at]) instead of \(current[offset + at]),"
}

/// How much of a surplus is counted before it is called endless.
private let longestLook = 4 << 20
