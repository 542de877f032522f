internal import Glibc

/// The end of a connection, the same for both engines: a reply on its way is awaited, the
/// connection half-closed and read to its end. What is wrong with it becomes its failure.
func settle(
  _ connection: UnsafeMutablePointer<ClientConnection>, _ fault: Fault?, _ workload: Workload,
  _ rules: borrowing ReplyRules, _ run: RunState
) {
  // The first failure stops the run, and so does the user: what breaks afterwards is its
  // consequence, and nothing is awaited any more.
  guard !run.isStopping else { return }
  if let fault {
    connection.pointee.failure = diagnose(connection, fault, workload, rules)
    run.requestStop()
    return
  }
  guard !connection.pointee.isWaiting else { return }
  guard workload.verification != .off else {
    // Only counted: what the server sent beyond the replies, without telling it to finish. Then it
    // may turn to the connections that still wait.
    let passed = monotonicNow() - connection.pointee.exchange.end
    let rest = lookAround.nanoseconds - min(passed, lookAround.nanoseconds)
    _ = readUntilQuiet(connection, limit: longestDrain, quiet: TimeSpan(nanoseconds: rest))
    connection.pointee.end()
    return
  }
  connection.pointee.halfClose()
  guard let failure = drain(connection, workload), !run.isStopping else { return }
  connection.pointee.failure = failure
  run.requestStop()
}

/// How much of a surplus is read before a server is said to send without end: the blog's own
/// pool sends half a gigabyte in a second after a half-close.
private let longestDrain = 16 << 20

/// How long to listen for more of a surplus after the last bytes: long enough for a busy loopback, short to wait for.
let lookAround = TimeSpan.milliseconds(100)

/// Reads a half-closed connection to its end, which is to come at once.
/// - Returns: nil after a clean end of the stream.
private func drain(
  _ connection: UnsafeMutablePointer<ClientConnection>, _ workload: Workload
) -> Failure? {
  let name = "connection \(connection.pointee.index)"
  let surplus = readUntilQuiet(connection, limit: longestDrain, quiet: workload.timeout)
  connection.pointee.drainedBytes = UInt64(surplus.bytes)
  switch surplus.ending {
  case .endOfStream where surplus.bytes == 0:
    return nil
  case .quiet where surplus.bytes == 0:
    return Failure(
      kind: .timeout,
      reason: "the server did not close \(name) within \(workload.timeout) of the half-close")
  case .endOfStream, .quiet:
    return Failure(
      kind: .surplus,
      reason: "the server sent \(plural(surplus.bytes, "byte")) more than it received on \(name)")
  case .limit:
    return Failure(
      kind: .surplus,
      reason: "the server went on sending after the half-close: on \(name) more than"
        + " \(surplus.bytes) bytes beyond the echo, without end")
  case .failed(let error):
    return Failure(
      kind: .reset,
      reason: "\(name) ended with an error after the half-close: \(describe(error))")
  }
}

/// What was read, and why no more.
struct Remainder {
  enum Ending: Equatable {
    case endOfStream, limit, quiet
    case failed(Int32)
  }

  var bytes: Int
  var ending: Ending
}

/// Reads and throws away until the end of the stream, an error, `limit` bytes, or `quiet` without
/// any; and for no longer than twice that or the look-around in all, so that a trickle ends too.
func readUntilQuiet(
  _ connection: UnsafeMutablePointer<ClientConnection>, limit: Int, quiet: TimeSpan
) -> Remainder {
  let descriptor = connection.pointee.descriptor
  let piece = 256 << 10
  let buffer = UnsafeMutableRawPointer.allocate(byteCount: piece, alignment: 64)
  defer { buffer.deallocate() }
  let deadline = monotonicNow() + 2 * max(quiet, lookAround).nanoseconds
  var total = 0
  defer { connection.pointee.surplusBytes += UInt64(total) }
  while true {
    let count = receiveNow(descriptor, buffer, piece)
    if count == 0 { return Remainder(bytes: total, ending: .endOfStream) }
    if count > 0 {
      total += count
      if total >= limit || monotonicNow() >= deadline {
        return Remainder(bytes: total, ending: .limit)
      }
    } else if count != -Int(EAGAIN) {
      return Remainder(bytes: total, ending: .failed(Int32(-count)))
    } else if !waitUntil(descriptor, POLLIN, timeout: quiet) {
      return Remainder(bytes: total, ending: .quiet)
    }
  }
}

func describe(_ error: Int32) -> String {
  String(cString: strerror(error))
}
