internal import CLinux
internal import Glibc

/// One run of the client: connect, load, measure, drain.
public enum LoadRun {
  /// Drives `workload` to its end, or until `stop` fires.
  ///
  /// Every connection is up before the clock starts. The usage of the machine, of this process
  /// and of the process `observed` with its descendants is read at the edges of the window.
  /// - Parameters:
  ///   - announce: is called when everything is ready, where the load begins as standard input says.
  ///   - begin: is called when the load begins.
  ///   - tell: is given each of the workload's intervals when it is over, and every worker has
  ///     handed over its part; not one that was cut short.
  ///   - show: is told twice a second where the run stands; nil where nobody watches.
  /// - Throws: `SystemError` when a connection cannot be made, a thread not be started, or the moment
  ///   has passed at which the load was to begin.
  public static func run(
    _ workload: Workload, observing observed: Int32? = nil, until stop: StopSignal,
    announcing announce: () -> Void = {},
    beginning begin: () throws(SystemError) -> Void = {},
    telling tell: @escaping (ClientReport.Interval) -> Void = { _ in },
    showing show: ((RunStanding) -> Void)? = nil
  ) throws(SystemError) -> ClientReport {
    try run(
      workload, observing: observed, until: stop, by: MonotonicClock(), announcing: announce,
      beginning: begin, telling: tell, showing: show)
  }

  static func run(
    _ workload: Workload, observing observed: Int32? = nil, until stop: StopSignal,
    by clock: some RunClock, announcing announce: () -> Void = {},
    beginning begin: () throws(SystemError) -> Void = {},
    telling tell: @escaping (ClientReport.Interval) -> Void = { _ in },
    showing show: ((RunStanding) -> Void)? = nil
  ) throws(SystemError) -> ClientReport {
    let start = Start(rule: workload.start, warmup: workload.warmup, stop: stop)
    try start.check()
    try DescriptorNeed(ofClient: workload.load).require()
    let server = observed.map { ObservedServer($0, at: workload.address) }
    let memoryBefore = observed.flatMap { ProcessTree(root: $0).memory() }
    let connections = try connectAll(workload, until: stop)
    defer { disconnect(connections) }
    // Before anything has gone through it: the buffers of TCP grow.
    let first = connections[0].descriptor
    let (transport, sockets) = (try Transport(of: first), try SocketState(of: first))
    let isRemote = isRemote(first)
    let workers = try Workers(workload, connections, clock)
    let reader = EdgeReader(observing: observed, clock)
    let ready = unixNow()
    let told: LoadStart?
    let moment: UInt64?
    do throws(SystemError) {
      told = try start.wait(announcing: announce)
      moment = told?.moment(of: clock)
      try begin()
    } catch {
      workers.dismiss()
      throw error
    }
    // However late this process was woken: of all clients it is the same moment.
    let window = Window(from: moment ?? clock.now(), workload)
    var intervals = IntervalReader(workers.run.series, of: window, tell: tell)
    var ticker = RunTicker(window, workers.run, workload, show: show)
    workers.begin(window)

    func wait(for progress: StopSignal, until moment: UInt64) {
      LoadRun.wait(for: progress, until: moment, by: clock, stop, &intervals, &ticker)
    }
    let before = reader.readStart(of: window) { wait(for: workers.run.finished, until: $0) }
    let startUnix = window.start &+ clock.toUnix
    let after = reader.readEnd(of: window) { wait(for: workers.run.finished, until: $0) }
    let memory = observed.flatMap { ProcessTree(root: $0).memory() }
    workers.run.usageRead.fire()

    wait(for: workers.run.settled, until: .max)
    let wasInterrupted = stop.isFired
    if wasInterrupted { workers.run.requestStop() }
    let outcomes = workers.join()
    defer { for outcome in outcomes { outcome.recorders.deallocate() } }
    intervals.read()

    var report = ClientReport(workload)
    report.workload.load.transport = transport
    report.sockets = sockets
    report.partial = wasInterrupted
    report.window.startUnix = startUnix
    report.window.warmup = workload.warmup.nanoseconds
    report.window.cooldown =
      workload.cooldown.nanoseconds == 0 ? nil : workload.cooldown.nanoseconds
    report.fleet?.ready = ready
    report.fleet?.startAt = told?.unix
    report.fleet?.load = span(of: outcomes.compactMap(\.load)) { $0 &- window.start &+ startUnix }
    report.fleet?.clock = ClockState.now()
    report.count(connections, active: workload.connections)
    if isRemote {
      report.target.isRemote = true
      // Of connections that were replaced nobody knows.
      report.retransmits =
        workload.load.reconnect == nil
        ? sum(connections.map { retransmits(of: $0.descriptor) }) : nil
    }
    report.count(outcomes, in: window, left: after.moment)
    if report.valid { report.intervals = intervals.all(in: report.window.duration) }
    report.readUsage(before, after, server)
    if report.server != nil, let memoryBefore, let memory {
      report.serverMemory = ClientReport.ServerMemory(before: memoryBefore, with: memory)
    }
    return report
  }

  /// When all of them sent.
  private static func span(
    of loads: [ClosedRange<UInt64>], inUnixTime: (UInt64) -> UInt64
  ) -> ClientReport.Fleet.Span? {
    guard let start = loads.map(\.lowerBound).max(), let end = loads.map(\.upperBound).min(),
      start <= end
    else { return nil }
    return ClientReport.Fleet.Span(start: inUnixTime(start), end: inUnixTime(end))
  }

  /// Nil where one of them is not known.
  private static func sum(_ counts: [UInt64?]) -> UInt64? {
    counts.reduce(0) { sum, count in sum.flatMap { sum in count.map { sum + $0 } } }
  }

  /// Waits until the workers are as far as `progress` says, the moment has come, or the caller stops
  /// the run. What is whole of the intervals is read meanwhile, and whoever watches is told.
  private static func wait(
    for progress: StopSignal, until moment: UInt64, by clock: some RunClock, _ stop: StopSignal,
    _ intervals: inout IntervalReader, _ ticker: inout RunTicker?
  ) {
    var entries = [
      pollfd(fd: progress.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: intervals.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    while true {
      let now = clock.now()
      guard now < moment else { return }
      // Here, when the moment has not come yet: at the end of the window the usage is read first.
      if entries[2].revents != 0 {
        intervals.read()
        entries[2].revents = 0
        continue
      }
      ticker?.tick(at: now)
      let patience = min(clock.longestWait.nanoseconds, ticker?.patience(at: now) ?? .max)
      _ = clinux_poll(&entries, 3, min(moment - now, patience))
      if entries[0].revents != 0 || entries[1].revents != 0 { return }
    }
  }
}

extension ClientReport {
  /// What the connections have come to: of all the bytes, of the active ones, which are the first, how
  /// they were served.
  fileprivate mutating func count(
    _ all: UnsafeMutableBufferPointer<ClientConnection>, active count: Int
  ) {
    for connection in all {
      lifetime.bytesSent += UInt64(connection.sent)
      lifetime.bytesReceived += UInt64(connection.received)
      // Those that have ended had none.
      let drained = connection.phase == .halfClosed ? connection.surplus : 0
      lifetime.bytesDrained = (lifetime.bytesDrained ?? 0) + UInt64(drained)
      guard connection.sent > 0 else { continue }
      let back = Double(connection.received - drained) / Double(connection.sent)
      lifetime.mostBackPerByteSent = max(lifetime.mostBackPerByteSent ?? 0, back)
    }
    let active = all.prefix(count)
    connections.served = active.count(where: \.wasServed)
    connections.slowestMessages = UInt64(active.map(\.completed).min() ?? 0)
    connections.fastestMessages = UInt64(active.map(\.completed).max() ?? 0)
    connections.fairness = jainIndex(active.map(\.completed))
    connections.slowest = active.indices.min { active[$0].completed < active[$1].completed }
    connections.unserved = Array(active.indices.filter { !active[$0].wasServed }.prefix(10))
  }

  /// What the workers have measured.
  /// - Parameter left: when the window was over, or its wait was given up.
  fileprivate mutating func count(_ outcomes: [WorkerOutcome], in window: Window, left: UInt64) {
    let histograms = Histograms(outcomes.map(\.recorders))
    for outcome in outcomes {
      counts.sent += outcome.recorders.completed + UInt64(outcome.inFlight)
      cpu.userNanoseconds += outcome.cpu.userNanoseconds
      cpu.systemNanoseconds += outcome.cpu.systemNanoseconds
    }
    counts.completed = histograms.latency.count
    let size = UInt64(workload.load.size.bytes)
    counts.bytesReceived =
      workload.load.mix == nil
      ? counts.completed * size : outcomes.reduce(0) { $0 + UInt64($1.recorders.bytes) }
    counts.bytesSent = counts.bytesReceived + outcomes.reduce(0) { $0 + UInt64($1.bytesInFlight) }
    let lastCompletion = outcomes.map(\.recorders.latency.lastCompletion).max() ?? 0
    // Messages that are all done end their window; to one cut short belongs its silence, too.
    let isDone =
      window.end == .max && outcomes.allSatisfy { $0.recorders.completed >= window.messages }
    let end = isDone ? lastCompletion : min(window.end, max(left, lastCompletion))
    counts.unfinished = UInt64(outcomes.reduce(0) { $0 + $1.inFlight })
    // Where messages end the window, some are sent after the last of these has come back.
    counts.oldestUnfinished = outcomes.compactMap(\.oldestStart).min().map { end - min(end, $0) }
    // A run that broke in its warm-up ends before its window would have begun.
    self.window.duration = end > window.start ? end - window.start : 0
    let isWhole = !partial && (isDone || end == window.end)
    conclude(
      outcomes.compactMap(\.failure), histograms,
      isWhole ? outcomes.map(\.occupancy).reduce(.none, +) : .none,
      outcomes.map(\.backlog).reduce(.none, +))
  }

  /// What was used between two readings.
  mutating func readUsage(
    _ before: EdgeReading, _ after: EdgeReading, _ server: ObservedServer?
  ) {
    let covered = after.moment - before.moment
    window.usage = covered
    // This process was kept off the CPU at an edge of the window, and read most of another time.
    let isLate = 2 * covered < window.duration || covered > 2 * window.duration
    if !isLate {
      client = after.client - before.client
      if let before = before.machine { machine = after.machine.map { $0 - before } }
    }
    switch server?.usage(before.server, after.server, isLate: isLate, counts.completed) {
    case .success(let usage): self.server = usage
    case .failure(let unknown): serverUnknown = unknown.reason
    case nil: break
    }
  }
}
