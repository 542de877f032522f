/// The threads of a run. Each starts by waiting for the window, so that none is ahead.
struct Workers {
  let run: RunState
  private let gate: Gate
  private let threads: [Thread<WorkerOutcome?>]

  /// Starts the threads; they wait for `begin()`.
  /// - Parameter connections: the active ones, and behind them those that are idle.
  init(
    _ workload: Workload, _ connections: UnsafeMutableBufferPointer<ClientConnection>,
    _ clock: some RunClock
  ) throws(SystemError) {
    let keepers = workload.idle == nil ? 0 : 1
    run = try RunState(
      workers: workload.workers, connections: workload.connections, keepers: keepers,
      hasIntervals: workload.interval != nil)
    gate = try Gate()
    var threads: [Thread<WorkerOutcome?>] = []
    do throws(SystemError) {
      for share in shares(workload) {
        let isIdle = share.lowerBound >= workload.connections
        var workload = workload
        // Nobody waits for a single one of these.
        if isIdle { workload.engine = .event }
        let worker = try Worker(
          UnsafeMutableBufferPointer(rebasing: connections[share]), workload, run, clock)
        do throws(SystemError) {
          threads.append(
            try Thread("client-\(threads.count)") { [gate, run] in
              var worker = worker
              defer { worker.deallocate() }
              guard let window = gate.wait() else {
                worker.recorders.deallocate()
                return nil
              }
              defer { run.workerSettled() }
              return isIdle ? worker.keep() : worker.work(window)
            })
        } catch {
          worker.deallocate()
          worker.recorders.deallocate()
          throw error
        }
      }
    } catch {
      gate.open(nil)
      for thread in threads { _ = thread.join() }
      throw error
    }
    self.threads = threads
  }

  /// Lets every worker go.
  func begin(_ window: Window) {
    gate.open(window)
  }

  /// Sends every worker home that waits for `begin`.
  func dismiss() {
    gate.open(nil)
    for thread in threads { _ = thread.join() }
  }

  /// Waits for every worker; what they recorded is the caller's to deallocate.
  func join() -> [WorkerOutcome] {
    threads.compactMap { $0.join() }
  }
}

/// The connections of each worker: as even as can be, the first ones taking the rest; and all that
/// are idle, of one that does nothing else.
private func shares(_ workload: Workload) -> [Range<Int>] {
  let (base, rest) = workload.connections.quotientAndRemainder(dividingBy: workload.workers)
  var start = 0
  let active = (0..<workload.workers).map { worker in
    defer { start += base + (worker < rest ? 1 : 0) }
    return start..<start + base + (worker < rest ? 1 : 0)
  }
  guard let idle = workload.idle else { return active }
  return active + [workload.connections..<workload.connections + idle]
}

/// Holds threads back until a window is known.
private final class Gate: Sendable {
  private let opened: StopSignal
  private let window = Lock<Window?>(nil)

  init() throws(SystemError) {
    opened = try StopSignal()
  }

  /// nil sends everybody home.
  func open(_ window: Window?) {
    self.window.withLock { $0 = window }
    opened.fire()
  }

  func wait() -> Window? {
    opened.wait()
    return window.withLock { $0 }
  }
}
