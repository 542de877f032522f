internal import CLinux
internal import Glibc

/// One run of the client: connect, load, measure, drain.
public enum LoadRun {
  /// Drives `workload` to its end, or until `stop` fires.
  ///
  /// Every connection is up before the clock starts. The usage of the machine, of this process
  /// and of the process `observed` with its descendants is read at the edges of the window.
  /// - Throws: `SystemError` when a connection cannot be made or a thread not be started.
  public static func run(
    _ workload: Workload, observing observed: Int32? = nil, until stop: StopSignal
  ) throws(SystemError) -> ClientResult {
    let connections = try connectAll(workload, until: stop)
    defer {
      for index in 0..<workload.connections { connections[index].destroy() }
      connections.deallocate()
    }
    let workers = try Workers(workload, connections)
    let reader = EdgeReader(observing: observed)
    let window = workers.begin()

    let before = reader.readStart(of: window) { wait(for: workers.run.finished, until: $0, stop) }
    let after = reader.readEnd(of: window) { wait(for: workers.run.finished, until: $0, stop) }
    workers.run.usageRead.fire()

    wait(for: workers.run.settled, until: .max, stop)
    let wasInterrupted = stop.isFired
    if wasInterrupted { workers.interrupt() }
    let recorders = workers.join()
    defer { for recorder in recorders { recorder.deallocate() } }

    var result = summarize(workload, connections, recorders, window, left: after.moment)
    result.isPartial = wasInterrupted
    // A run that broke in its warm-up ends before its window would have begun.
    result.windowStartUnix = unixNow() &+ window.start &- monotonicNow()
    result.usageNanoseconds = after.moment - before.moment
    result.cpu = after.own - before.own
    result.machine = after.machine - before.machine
    result.client = after.client - before.client
    // Of one that has ended meanwhile, or a part of which has, there is nothing to say.
    if let before = before.server, let after = after.server, let observed, isAlive(observed) {
      result.server = after - before
    }
    return result
  }

  /// Waits until the workers are as far as `progress` says, the moment on the monotonic clock has
  /// come, or the caller stops the run.
  private static func wait(
    for progress: StopSignal, until moment: UInt64, _ stop: StopSignal
  ) {
    var entries = [
      pollfd(fd: progress.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    while true {
      let now = monotonicNow()
      guard now < moment else { return }
      if clinux_poll(&entries, 2, min(moment - now, 3_600_000_000_000)) > 0 { return }
    }
  }

  /// - Parameter left: when the window was over, or its wait was given up.
  private static func summarize(
    _ workload: Workload, _ connections: UnsafeMutablePointer<ClientConnection>,
    _ recorders: [LatencyRecorder], _ window: Window, left: UInt64
  ) -> ClientResult {
    var result = ClientResult(workload: workload)
    for recorder in recorders { result.latency.add(recorder) }
    result.completed = result.latency.count
    result.sent = result.completed
    result.warmupNanoseconds = workload.warmup.nanoseconds
    let all = (0..<workload.connections).map { connections[$0] }
    result.failures = all.compactMap(\.failure)
    let lastCompletion = recorders.map(\.lastCompletion).max() ?? 0
    // Messages that are all done end their window; to one cut short belongs its silence, too.
    let isDone = window.end == .max && recorders.allSatisfy { $0.completed >= window.messages }
    let windowEnd = isDone ? lastCompletion : min(window.end, max(left, lastCompletion))
    result.windowNanoseconds = windowEnd > window.start ? windowEnd - window.start : 0
    // A run that broke has no end to compare with: whatever was not answered was in flight.
    let lastMoment = lastCompletion > 0 && result.failures.isEmpty ? windowEnd : .max
    for connection in all {
      result.lifetimeBytesSent += connection.bytesSent
      result.lifetimeBytesReceived += connection.bytesReceived
      result.drainedBytes += connection.drainedBytes
      if connection.wasInFlight(at: lastMoment) { result.sent += 1 }
    }
    result.connectionsServed = all.count(where: \.wasServed)
    result.slowestMessages = all.map(\.completed).min() ?? 0
    result.fastestMessages = all.map(\.completed).max() ?? 0
    return result
  }
}
