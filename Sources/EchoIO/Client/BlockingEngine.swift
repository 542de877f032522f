internal import Glibc
internal import Synchronization

/// A thread per connection, writing and then reading: the blog's client.
enum BlockingEngine {
  /// The measured loop: writes a message, reads its reply, checks it, counts it; until the
  /// window ends, the worker's messages are done, or it is told to stop.
  ///
  /// The write does not wait: a message that the socket does not take whole is sent while its
  /// reply is received, by `finishExchange`. The read waits, as long as the socket's timeout.
  /// - Returns: nil when it ended as it should, else what went wrong in `exchange`.
  // Measured, calls only: send read clock_gettime memcmp errno finishExchange
  @inline(never)
  static func drive(
    _ descriptor: Int32, _ messages: inout MessageSource, _ exchange: inout Exchange,
    _ rules: borrowing ReplyRules, _ window: Window, _ timeout: TimeSpan,
    _ stop: UnsafePointer<Atomic<Bool>>, _ recorder: inout LatencyRecorder
  ) -> Fault? {
    let size = messages.size
    repeat {
      let message = messages.next()
      exchange.received = 0
      exchange.start = monotonicNow()
      exchange.sent = max(0, transmitNow(descriptor, message, size))
      if exchange.sent == size {
        repeat {
          let wanted = min(size &- exchange.received &+ rules.slack, rules.scratchSize)
          let count = receive(descriptor, rules.scratch, wanted)
          if let fault = checkPiece(count, message, size, &exchange, rules) { return fault }
        } while exchange.received < size
      } else if let fault = finishExchange(descriptor, message, size, &exchange, rules, timeout) {
        return fault
      }
      if exchange.end >= window.start, exchange.end <= window.end {
        recorder.record(from: exchange.start, to: exchange.end)
      }
    } while exchange.end < window.end && recorder.completed < window.messages
      && !stop.pointee.load(ordering: .relaxed)
    return nil
  }

  /// One worker: the first exchange, with patience; the measured loop; the half-close.
  static func work(
    _ connection: UnsafeMutablePointer<ClientConnection>, _ workload: Workload,
    _ window: Window, _ run: RunState
  ) -> LatencyRecorder {
    let rules = ReplyRules(workload)
    defer { rules.deallocate() }
    var recorder = LatencyRecorder()
    setReceiveTimeout(connection.pointee.descriptor, workload.timeout)
    var fault = awaitFirstReply(connection, workload, rules, run)
    let wasAnswered = connection.pointee.answered > 0
    if fault == nil, wasAnswered {
      let exchange = connection.pointee.exchange
      if exchange.end >= window.start, exchange.end <= window.end {
        recorder.record(from: exchange.start, to: exchange.end)
      }
      connection.pointee.wasServed = exchange.end <= window.end
      if exchange.end < window.end, recorder.completed < window.messages, !run.isStopping {
        fault = drive(
          connection.pointee.descriptor, &connection.pointee.messages,
          &connection.pointee.exchange, rules, window, workload.timeout, run.stop, &recorder)
        connection.pointee.answered = connection.pointee.messages.sequence - (fault == nil ? 0 : 1)
      }
    }
    connection.pointee.completed = recorder.completed
    run.workerFinished()
    if fault == nil { run.awaitUsageReading(window) }
    settle(connection, fault, workload, rules, run)
    if wasAnswered { run.connectionClosed() }
    return recorder
  }
}

/// Sends the first message and waits for its reply: for ever, as long as a server that is busy
/// with other connections may still come to this one.
private func awaitFirstReply(
  _ connection: UnsafeMutablePointer<ClientConnection>, _ workload: Workload,
  _ rules: borrowing ReplyRules, _ run: RunState
) -> Fault? {
  let size = workload.size.bytes
  let message = connection.pointee.messages.next()
  connection.pointee.exchange = Exchange(start: monotonicNow())
  var progress = Progress()
  while true {
    let fault = finishExchange(
      connection.pointee.descriptor, message, size, &connection.pointee.exchange, rules,
      min(workload.timeout, patienceStep))
    switch fault {
    case nil:
      connection.pointee.answered = 1
      run.connectionServed()
      return nil
    case .stalled where run.isStopping:
      return nil
    case .stalled
    where progress.isMoving(connection, within: workload.timeout)
      || run.mayBeServedLater(timeout: workload.timeout):
      continue
    default:
      return fault
    }
  }
}

/// How often a connection that waits for its turn looks whether waiting still makes sense.
private let patienceStep = TimeSpan.milliseconds(100)
