internal import CLinux

/// One thread of the client: its share of the connections, from their first message to their end.
///
/// The measured loop of its engine moves the bytes, one stretch after the other. What is here
/// happens between two stretches, at a boundary or at a look around a few times per second.
///
/// Unchecked: it is handed over to its thread before that starts, and is that thread's own.
struct Worker<Clock: RunClock>: @unchecked Sendable {
  let connections: UnsafeMutableBufferPointer<ClientConnection>
  let workload: Workload
  let run: RunState
  var stretch: Stretch<Clock>
  /// nil for a blocking worker.
  var poller: Poller?
  /// What is due in an open loop.
  var arrivals = Arrivals.none
  /// What is counted of the present slice.
  var recorders: Recorders
  /// For the replies of the warm-up and the cool-down, at which nobody looks.
  var unused: Recorders
  /// A connection with replies that are whole, since `end`, and belong to the next slice.
  var pending: (index: Int, end: UInt64)?
  /// True when a connection went wrong.
  private(set) var isBroken = false
  private(set) var failure: Failure?
  var awake: AwakeTime
  /// When the server last came to a connection that waited for its turn, in awake time.
  private var turnedAt: UInt64 = 0
  private var progressBefore = 0
  private var answeredBefore = 0

  /// - Throws: `SystemError` when there is no memory or no descriptor, or a connection cannot be set.
  init(
    _ connections: UnsafeMutableBufferPointer<ClientConnection>, _ workload: Workload,
    _ run: RunState, _ clock: Clock
  ) throws(SystemError) {
    self.connections = connections
    self.workload = workload
    self.run = run
    let look = lookInterval(workload.timeout)
    if workload.engine == .blocking { try BlockingEngine.bound(connections, by: look) }
    awake = AwakeTime(from: clock.now(), interval: look)
    recorders = try Recorders(sizes: workload.load.sizeClasses)
    do throws(SystemError) {
      (unused, stretch, poller) = try Self.parts(connections, workload, run, clock, look)
    } catch {
      recorders.deallocate()
      throw error
    }
  }

  /// What a worker has beside its recorders: all of it, or nothing.
  private static func parts(
    _ connections: UnsafeMutableBufferPointer<ClientConnection>, _ workload: Workload,
    _ run: RunState, _ clock: Clock, _ look: TimeSpan
  ) throws(SystemError) -> (Recorders, Stretch<Clock>, Poller?) {
    let target =
      workload.load.reconnect == nil ? nil : try SocketAddress(ofPeer: connections[0].descriptor)
    let stretch = try Stretch(workload, look: look, target: target, clock: clock, stop: run.stop)
    do throws(SystemError) {
      let unused = try Recorders(sizes: workload.load.sizeClasses)
      do throws(SystemError) {
        return (unused, stretch, workload.engine == .event ? try Poller(connections) : nil)
      } catch {
        unused.deallocate()
        throw error
      }
    } catch {
      stretch.deallocate()
      throw error
    }
  }

  /// Frees what only the worker uses. To be called once.
  func deallocate() {
    stretch.deallocate()
    poller?.deallocate()
    unused.deallocate()
  }

  /// Everything: the warm-up, the window, the cool-down, and the end of the connections.
  mutating func work(_ window: Window) -> WorkerOutcome {
    let pattern = begin(window)
    defer { pattern?.deallocate() }
    let loadStart = stretch.clock.now()
    let start = max(window.start, loadStart)
    proceed(until: window.start, replies: .max)

    swap(&recorders, &unused)
    let before = CPUTime.ofThisThread()
    let atStart = inFlight
    for index in connections.indices { connections[index].completed = -connections[index].answered }
    measure(window)
    let left = stretch.clock.now()
    let cpu = CPUTime.ofThisThread() - before
    let end = window.end == .max ? recorders.latency.lastCompletion : window.end
    let occupancy = Occupancy(
      connections.count * stretch.depth, from: start, atStart, to: end, inFlight, recorders,
      isBlocks: stretch.block > 1)
    let backlog = arrivals.backlog(of: connections, by: min(end, left), block: stretch.block)
    for index in connections.indices {
      connections[index].completed += connections[index].answered
      // In an open loop nothing may have been due on it.
      connections[index].wasServed =
        connections[index].answered > 0 || connections[index].issued == 0
    }
    let unanswered = connections.reduce(0) {
      $0 + $1.blocksIssued * stretch.block - $1.answered
    }
    let oldestStart = connections.filter { $0.inFlight > 0 }.map {
      $0.starts[$0.blocksAnswered & stretch.startMask]
    }.min()
    let bytesInFlight = self.bytesInFlight
    for index in connections.indices { noteServed(index) }
    run.workerFinished()
    coolDown(after: window)
    let loadEnd = stretch.clock.now()
    if !isBroken {
      // Of several workers each ends its window with messages of its own, and a connection that was made
      // anew may wait for a thread of the server's that one of this worker's connections has.
      if workload.load.reconnect == nil || window.end != .max { run.awaitUsageReading(window) }
      settle()
    }
    return WorkerOutcome(
      recorders: recorders, inFlight: unanswered, bytesInFlight: bytesInFlight,
      oldestStart: oldestStart, occupancy: occupancy,
      backlog: backlog, cpu: cpu, failure: failure, load: loadStart...max(loadStart, loadEnd))
  }

  /// Issues the first messages; in an open loop, says when each is due.
  /// - Returns: what is to be deallocated when nothing is due any more.
  private mutating func begin(_ window: Window) -> ArrivalPattern? {
    guard let rate = workload.load.rate else {
      for index in connections.indices { issueNext(index) }
      return nil
    }
    clinux_sleep_exactly()
    let first = Int(connections.first?.index ?? 0)
    let share = Double(connections.count) / Double(workload.connections)
    let pattern =
      workload.load.arrival == .poisson ? ArrivalPattern(seed: workload.seed ^ UInt64(first)) : nil
    arrivals = Arrivals(
      from: window.start - workload.warmup.nanoseconds,
      interval: 1e9 * Double(stretch.block) / (Double(rate) * share),
      phase: pattern == nil ? Double(first) / Double(workload.connections) : 0,
      connections: connections.count, pattern: pattern)
    return pattern
  }

  /// Runs the measured loop until a moment, or so many replies, or the end of the run. A reply
  /// counts in the slice in which it came back whole.
  mutating func proceed(until boundary: UInt64, replies: UInt64) {
    stretch.mostReplies = replies
    while goesOn {
      if let reply = pending {
        guard reply.end < boundary else { return }
        pending = nil
        count(reply.index, at: reply.end)
        guard recorders.completed < replies else { return }
        issueNext(reply.index)
      }
      let now = stretch.clock.now()
      lookAround(at: now)
      guard goesOn, now < boundary else { return }
      switch drive(until: min(boundary, awake.nextLook)) {
      case .quiet: break
      case .whole(let index, let end): pending = (index, end)
      case .fault(let index, let fault): fail(index, fault)
      }
    }
  }

  /// Counts the replies of a connection that are whole, as many as are asked for.
  private mutating func count(_ index: Int, at end: UInt64) {
    let connection = connections.baseAddress! + index
    while connection.pointee.hasReply, recorders.completed < stretch.mostReplies {
      complete(connection, index, at: end, arrivals, stretch, &recorders)
    }
  }

  /// Of the messages in flight.
  private var bytesInFlight: Int {
    connections.reduce(0) { sum, connection in
      (connection.answered..<connection.blocksIssued * stretch.block).reduce(sum) {
        $0 + stretch.messages.size(of: $1, on: connection.index)
      }
    }
  }

  /// The blocks in flight, and when they were sent.
  private var inFlight: Occupancy.InFlight {
    var inFlight = Occupancy.InFlight()
    for connection in connections {
      for block in connection.blocksAnswered..<connection.blocksIssued {
        inFlight.count += 1
        inFlight.starts &+= connection.starts[block & stretch.startMask]
      }
    }
    return inFlight
  }

  /// False once the run is to end early.
  var goesOn: Bool { !isBroken && !run.isStopping }

  /// One stretch of the measured loop.
  mutating func drive(until boundary: UInt64) -> Pause {
    stretch.boundary = boundary
    return poller == nil
      ? BlockingEngine.drive(connections.baseAddress!, stretch, &recorders)
      : EventEngine.drive(&poller!, connections.baseAddress!, stretch, &arrivals, &recorders)
  }

  /// Issues the next messages of a connection.
  private mutating func issueNext(_ index: Int) {
    let connection = connections.baseAddress! + index
    issue(connection, index, by: stretch.clock.now(), arrivals, stretch, &recorders)
    poller?.follow(connection, index)
    if connection.pointee.isOver { retire(connection) }
  }

  /// Has a connection watched for what its state asks for, where somebody watches.
  func watch(_ index: Int) {
    poller?.watch(connections.baseAddress! + index, index)
  }

  /// The first failure of a run ends it, and so does its caller: what breaks afterwards may be the
  /// consequence of that.
  mutating func fail(_ index: Int, _ fault: Fault) {
    isBroken = true
    guard run.requestStop() else { return }
    let diagnosis = Diagnosis(
      connections.baseAddress! + index, workload, stretch.messages, stretch.scratch)
    failure = diagnosis.failure(of: fault)
  }
}

// MARK: - Looking around

extension Worker {
  /// Sees, when it is time to, which connections have moved: one that has not for the timeout is
  /// stalled.
  /// - Returns: whether it was time.
  @discardableResult
  mutating func lookAround(at moment: UInt64) -> Bool {
    guard moment >= awake.nextLook else { return false }
    awake.look(at: moment)
    let progress = run.progress
    if run.isServing || progress != progressBefore { turnedAt = awake.now }
    progressBefore = progress
    var answered = 0
    for index in connections.indices {
      noteServed(index)
      noteMove(index)
      answered += connections[index].answered
    }
    run.noteAnswered(answered - answeredBefore)
    answeredBefore = answered
    if let stalled = connections.indices.first(where: isStalled) { fail(stalled, .stalled) }
    return true
  }

  /// Tells the run when the server has turned to a connection, and when another has taken its place.
  func noteServed(_ index: Int) {
    let isServed = connections[index].isServed
    guard isServed != connections[index].isKnownServed else { return }
    connections[index].isKnownServed = isServed
    guard isServed else { return run.connectionClosed() }
    run.connectionServed(first: !connections[index].hadTurn)
    connections[index].hadTurn = true
  }

  private func noteMove(_ index: Int) {
    let bytes = connections[index].sent + connections[index].received
    guard bytes != connections[index].moved else { return }
    connections[index].moved = bytes
    connections[index].movedAt = awake.now
  }

  /// Whether a connection of which something is awaited has not moved for the timeout. One that was
  /// never served waits for its turn as long as the server comes to others.
  private func isStalled(_ index: Int) -> Bool {
    let connection = connections[index]
    switch connection.phase {
    case .open where connection.isWhole && connection.isSent: return false
    case .open, .connecting, .halfClosed: break
    case .lingering, .ended: return false
    }
    let since = connection.isServed ? connection.movedAt : max(connection.movedAt, turnedAt)
    return awake.now >= since + workload.timeout.nanoseconds
  }
}

/// How often a worker looks around: often enough to see a stall when it is one, and to notice in
/// time that the run is over.
private func lookInterval(_ timeout: TimeSpan) -> TimeSpan {
  max(.milliseconds(1), min(.milliseconds(100), TimeSpan(nanoseconds: timeout.nanoseconds / 8)))
}
