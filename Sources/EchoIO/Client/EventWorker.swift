internal import CLinux
internal import Glibc

extension EventEngine {
  /// One worker: the first messages, the measured loop with a look around now and then, and the
  /// half-close of every connection.
  static func work(
    _ poller: Epoll, _ connections: UnsafeMutablePointer<ClientConnection>, count: Int,
    _ workload: Workload, _ window: Window, _ run: RunState
  ) -> LatencyRecorder {
    let rules = ReplyRules(workload)
    defer { rules.deallocate() }
    var recorder = LatencyRecorder()
    let epoll = poller.descriptor
    let capacity = min(count, 1024)
    let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: capacity)
    defer { events.deallocate() }

    for index in 0..<count { begin(epoll, connections + index, index, workload.size.bytes) }
    var broken: (index: Int, fault: Fault)?
    var counted = Set<Int>()
    var progress = Array(repeating: Progress(), count: count)
    loop: while !run.isStopping, monotonicNow() < window.end {
      let pause = drive(
        epoll, events, Int32(capacity), connections, rules, window, workload.timeout,
        lookInterval(workload.timeout), run.stop, &recorder)
      noteServed(connections, count, &counted, run)
      switch pause {
      case .finished:
        break loop
      case .fault(let index, let fault):
        broken = (index, fault)
        break loop
      case .lookAround:
        broken = stalled(connections, &progress, workload, run)
        if broken != nil { break loop }
      }
    }
    run.workerFinished()
    if broken == nil { run.awaitUsageReading(window) }
    finish(connections, count, broken, workload, rules, run)
    for _ in counted { run.connectionClosed() }
    return recorder
  }

  /// How often the connections that wait are looked at, and the stop flag when nothing comes:
  /// often enough to see a stall when it is one.
  private static func lookInterval(_ timeout: TimeSpan) -> TimeSpan {
    max(.milliseconds(1), min(.milliseconds(100), TimeSpan(nanoseconds: timeout.nanoseconds / 4)))
  }

  /// Tells the run of connections that have been served for the first time.
  private static func noteServed(
    _ connections: UnsafeMutablePointer<ClientConnection>, _ count: Int, _ noted: inout Set<Int>,
    _ run: RunState
  ) {
    guard noted.count < count else { return }
    for index in 0..<count where connections[index].answered > 0 {
      if noted.insert(index).inserted { run.connectionServed() }
    }
  }

  /// The first connection that waits and has not moved for the timeout: one that was served
  /// before, or any when nobody is served.
  private static func stalled(
    _ connections: UnsafeMutablePointer<ClientConnection>, _ progress: inout [Progress],
    _ workload: Workload, _ run: RunState
  ) -> (Int, Fault)? {
    var stalled: Int?
    for index in progress.indices {
      let connection = connections + index
      // Every one is looked at, or the next look would not know what this one has seen.
      if !progress[index].isMoving(connection, within: workload.timeout),
        connection.pointee.isWaiting,
        connection.pointee.answered > 0 || !run.mayBeServedLater(timeout: workload.timeout)
      {
        stalled = stalled ?? index
      }
    }
    return stalled.map { ($0, .stalled) }
  }

  /// Awaits the replies on their way and ends every connection. Those that were served go first:
  /// a pool comes to the others only when they have closed.
  private static func finish(
    _ connections: UnsafeMutablePointer<ClientConnection>, _ count: Int,
    _ broken: (index: Int, fault: Fault)?, _ workload: Workload,
    _ rules: borrowing ReplyRules, _ run: RunState
  ) {
    if let broken {
      settle(connections + broken.index, broken.fault, workload, rules, run)
    }
    let indices = (0..<count).filter { $0 != broken?.index }
    let unserved = indices.filter { connections[$0].answered == 0 }
    for index in indices where connections[index].answered > 0 {
      let fault = awaitReply(connections + index, workload, rules, run)
      settle(connections + index, fault, workload, rules, run)
    }
    // Told at once that nothing more will come, so that none holds up a pool for the others.
    for index in unserved where connections[index].exchange.sent == workload.size.bytes {
      connections[index].halfClose()
    }
    for index in unserved {
      let fault = awaitReply(connections + index, workload, rules, run)
      settle(connections + index, fault, workload, rules, run)
    }
  }

  /// Waits for the reply to the message on its way, if there is one.
  private static func awaitReply(
    _ connection: UnsafeMutablePointer<ClientConnection>, _ workload: Workload,
    _ rules: borrowing ReplyRules, _ run: RunState
  ) -> Fault? {
    guard connection.pointee.isWaiting, !run.isStopping else { return nil }
    let fault = finishExchange(
      connection.pointee.descriptor, connection.pointee.messages.current, workload.size.bytes,
      &connection.pointee.exchange, rules, workload.timeout)
    if fault == nil { connection.pointee.answered += 1 }
    return fault
  }
}
