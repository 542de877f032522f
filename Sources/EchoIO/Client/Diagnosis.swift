internal import Glibc

/// Turns a fault into a failure with a sentence that says how the server went wrong. It may ask
/// the connection some more: how much else is coming, whether the rest arrives after all.
struct Diagnosis {
  private let connection: UnsafeMutablePointer<ClientConnection>
  private let workload: Workload
  private let messages: MessageSource
  /// Where the bytes received last are.
  private let scratch: UnsafeMutableRawPointer

  init(
    _ connection: UnsafeMutablePointer<ClientConnection>, _ workload: Workload,
    _ messages: MessageSource, _ scratch: UnsafeMutableRawPointer
  ) {
    self.connection = connection
    self.workload = workload
    self.messages = messages
    self.scratch = scratch
  }

  func failure(of fault: Fault) -> Failure {
    switch fault {
    case .closed where isIdle:
      Failure(kind: .missing, reason: "the server closed \(name), which was idle")
    case .failed(let error) where isIdle:
      Failure(
        kind: .reset,
        reason: "\(name), which was idle, was lost: \(String(cString: strerror(error)))")
    case .surplus where isIdle: spontaneous
    case .failed(let error) where connection.pointee.phase == .connecting: notMade(error)
    case .closed where connection.pointee.sendError != 0:
      lost(connection.pointee.sendError)
    case .closed:
      Failure(kind: .missing, reason: "the server closed \(name) after \(progress)")
    case .failed(let error): lost(error)
    case .mismatch(let start, let length, let offset): mismatch(start, length, offset)
    case .surplus: surplus
    case .early(let count): early(count)
    case .stalled: stall
    case .unfinished:
      Failure(
        kind: .timeout,
        reason: "\(server) was not done with \(message) of \(name) \(workload.timeout) after the"
          + " window: \(answered) of its \(size) bytes had come back")
    }
  }

  private var size: Int {
    messages.size(of: connection.pointee.receiving, on: connection.pointee.index)
  }
  /// Whose silence it is: over a network nobody knows.
  private var server: String {
    isRemote(connection.pointee.descriptor) ? "the server or the network" : "the server"
  }
  private var name: String { "connection \(connection.pointee.index)" }
  /// The one whose reply is coming.
  private var message: String { "message \(connection.pointee.receiving + 1)" }
  /// Bytes of that message that had been sent, and had come back.
  private var sent: Int { min(size, connection.pointee.sent - connection.pointee.receivingAt) }
  private var answered: Int { connection.pointee.received - connection.pointee.receivingAt }
  /// Bytes of a block, where a block is all that is in flight.
  private var request: Int? {
    workload.load.depth == 1 && workload.load.mix == nil
      ? workload.size.bytes * workload.load.messagesPerBlock : nil
  }
  private var progress: String { "\(answered) of the \(size) bytes of \(message)" }

  /// Nothing was ever sent on it, nor was the server told that nothing will be.
  private var isIdle: Bool { connection.pointee.issued == 0 && connection.pointee.phase == .open }

  /// Another connection could not be made in the place of one that had ended.
  private func notMade(_ error: Int32) -> Failure {
    let made = "\(name) could not be made anew after message \(connection.pointee.answered)"
    let reason = SystemError.connecting(to: workload.address, errno: error)
    guard error == EADDRNOTAVAIL else {
      return Failure(kind: .connect, reason: "\(made): \(reason)")
    }
    let waiting = PortNeed.inTimeWait.map { "\(grouped($0)) connections are" } ?? "connections are"
    return Failure(
      kind: .connect,
      reason: "\(made), for no port is left: \(waiting) in TIME-WAIT, of \(grouped(PortNeed.ports))"
        + " ports. \(PortNeed.remedy)")
  }

  private func lost(_ error: Int32) -> Failure {
    let isReset = error == ECONNRESET || error == EPIPE
    let error = String(cString: strerror(error))
    guard connection.pointee.phase == .open else {
      return Failure(
        kind: .reset, reason: "\(name) ended with an error after the half-close: \(error)")
    }
    return Failure(
      kind: isReset ? .reset : .missing, reason: "\(name) was lost after \(progress): \(error)")
  }
}

// MARK: - Silence

extension Diagnosis {
  /// A stall is bytes missing when part of the reply is here, or the server ends the stream without
  /// them once it is told that nothing more will come; else it is silence.
  private var stall: Failure {
    if connection.pointee.phase == .connecting {
      return Failure(
        kind: .connect,
        reason: "\(name) could not be made anew within \(workload.timeout), after message"
          + " \(connection.pointee.answered)")
    }
    guard connection.pointee.phase == .open else {
      return Failure(
        kind: .timeout,
        reason: "\(server) did not close \(name) within \(workload.timeout) of the half-close")
    }
    guard sent == size else {
      return Failure(
        kind: .timeout,
        reason: "\(server) stopped reading: \(name) could send \(sent) of the \(size) bytes"
          + " of \(message), and nothing moved for \(workload.timeout)")
    }
    let answered = answered
    guard answered > 0 else {
      return Failure(
        kind: .timeout,
        reason: "\(server) did not answer \(message) of \(name) within \(workload.timeout)")
    }
    let missing = plural(size - answered, "byte")
    connection.pointee.halfClose()
    let rest = readUntilQuiet(connection, quiet: min(quietTime, workload.timeout))
    let proof =
      rest.ending == .endOfStream && rest.bytes == 0
      ? "the server then closed the connection without them"
      : "nothing moved for \(workload.timeout)"
    return Failure(
      kind: .missing,
      reason: "the server returned \(answered) bytes for a \(size)-byte message:"
        + " \(missing) of \(message) on \(name) missing, and \(proof)")
  }
}

// MARK: - Too much, or too soon

extension Diagnosis {
  /// More than was sent. When the total has the look of a buffer, it most likely is one.
  private var surplus: Failure {
    let isHalfClosed = connection.pointee.phase == .halfClosed
    let more = readUntilQuiet(connection, quiet: quietTime)
    let extra = connection.pointee.surplus
    if isHalfClosed {
      return Failure(
        kind: .surplus,
        reason: more.ending == .limit
          ? "the server went on sending after the half-close: on \(name) more than"
            + " \(extra) bytes beyond the echo, without end"
          : "the server sent \(plural(extra, "byte")) more than it received on \(name)")
    }
    guard let request else {
      return Failure(
        kind: .surplus,
        reason: "the server returned \(plural(extra, "byte")) more than it received on \(name)"
          + (more.ending == .limit ? " and went on sending" : ""))
    }
    let total = request + extra
    let found =
      "the server returned \(total) bytes for a \(request)-byte"
      + (request == size ? " message" : " block of \(workload.load.messagesPerBlock) messages")
    if more.ending == .limit {
      return Failure(kind: .surplus, reason: "\(found) and went on sending")
    }
    let looksLikeBuffer = total.nonzeroBitCount == 1 && total >= 256
    return Failure(
      kind: .surplus,
      reason: looksLikeBuffer
        ? "\(found): it echoes its whole buffer"
        : "\(found): \(plural(extra, "byte")) more than it received")
  }

  /// Something, where nothing was sent.
  private var spontaneous: Failure {
    let more = readUntilQuiet(connection, quiet: quietTime)
    let count = plural(connection.pointee.surplus, "byte")
    let amount = more.ending == .limit ? "more than \(count)" : count
    return Failure(
      kind: .surplus,
      reason: "the server sent \(amount) on \(name), which was idle: nothing had been sent there")
  }

  private func early(_ count: Int) -> Failure {
    Failure(
      kind: .surplus,
      reason: "the server answered \(message) of \(name) before it was sent: \(answered) of its"
        + " \(size) bytes came back when \(sent) had been sent")
  }
}

// MARK: - Other bytes

extension Diagnosis {
  /// From `start` in what has come, `length` bytes are not those of the message whose reply is coming,
  /// from `offset` on.
  private func mismatch(_ start: Int, _ length: Int, _ offset: Int) -> Failure {
    let piece = UnsafeRawBufferPointer(start: scratch + start, count: length)
    let reason = foreign(piece, offset) ?? altered(piece, offset)
    return Failure(kind: .mismatch, reason: "\(reason) on \(name)")
  }

  /// A reply that begins as another connection's message does, or as an earlier one, with its stamp.
  private func foreign(_ piece: UnsafeRawBufferPointer, _ offset: Int) -> String? {
    let own = connection.pointee
    guard offset == 0, let header = MessageHeader(piece), header.segment == 0,
      header.stamp
        == messages.stamp(connection: header.connection, message: header.message, segment: 0)
    else { return nil }
    if header.connection != own.index {
      return "the server returned bytes of connection \(header.connection)"
        + " (its message \(header.message + 1))"
    }
    guard header.message != own.receiving else { return nil }
    return header.message < own.receiving
      ? "the server returned message \(header.message + 1) again instead of \(message)"
      : "the server returned message \(header.message + 1) before \(message)"
  }

  private func altered(_ piece: UnsafeRawBufferPointer, _ offset: Int) -> String {
    let at = piece.indices.first { piece[$0] != expected(at: offset + $0) } ?? 0
    return "the server altered \(message): byte \(offset + at) of \(size) came back as"
      + " \(piece[at]) instead of \(expected(at: offset + at)),"
  }

  /// A byte of the message in flight.
  private func expected(at offset: Int) -> UInt8 {
    let part = MessageSource.part(from: offset, 1)
    return messages.withSegment(
      part.segment, of: connection.pointee.receiving, on: connection.pointee.index
    ) {
      $0.load(fromByteOffset: part.start, as: UInt8.self)
    }
  }
}

// MARK: - What else comes

/// How long to listen for more after the last bytes: long enough for a busy loopback, short to wait
/// for.
let quietTime = TimeSpan.milliseconds(100)

/// How much is read before a server is said to send without end: the blog's own pool sends half a
/// gigabyte in a second after a half-close.
private let longestLook = 16 << 20

/// What was read, and why no more.
private struct Remainder {
  enum Ending: Equatable {
    case endOfStream, limit, quiet, failed
  }

  var bytes: Int
  var ending: Ending
}

/// Reads and throws away until the end of the stream, an error, `quiet` without any bytes, or so
/// many that it will be endless; and for no longer than twice the quiet time in all, so that a
/// trickle ends too.
private func readUntilQuiet(
  _ connection: UnsafeMutablePointer<ClientConnection>, quiet: TimeSpan
) -> Remainder {
  let descriptor = connection.pointee.descriptor
  let deadline = monotonicNow() + 2 * quietTime.nanoseconds
  var total = 0
  defer { connection.pointee.received += total }
  return withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 64) { buffer in
    while true {
      let count = receiveNow(descriptor, buffer.baseAddress!, buffer.count)
      if count == 0 { return Remainder(bytes: total, ending: .endOfStream) }
      if count > 0 {
        total += count
        if total >= longestLook || monotonicNow() >= deadline {
          return Remainder(bytes: total, ending: .limit)
        }
      } else if count != -Int(EAGAIN) {
        return Remainder(bytes: total, ending: .failed)
      } else if !waitUntil(descriptor, POLLIN, timeout: quiet) {
        return Remainder(bytes: total, ending: .quiet)
      }
    }
  }
}
