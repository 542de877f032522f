internal import Glibc

/// The threads of a run. Each starts by waiting for the window, so that none is ahead.
struct Workers {
  let run: RunState
  private let gate: Gate
  private let threads: [Thread<WorkerResult>]
  private let workload: Workload
  /// Of the connections, which are the workers' own while these run.
  private let descriptors: [Int32]

  /// Starts the threads; they wait for `begin()`.
  init(
    _ workload: Workload, _ connections: UnsafeMutablePointer<ClientConnection>
  ) throws(SystemError) {
    let run = try RunState(workers: workload.workers, connections: workload.connections)
    let gate = try Gate()
    self.run = run
    self.gate = gate
    self.workload = workload
    descriptors = (0..<workload.connections).map { connections[$0].descriptor }
    var threads: [Thread<WorkerResult>] = []
    do {
      for share in shares(workload) {
        let work = try Self.work(connections + share.lowerBound, share.count, workload, run)
        threads.append(
          try Thread("client-\(threads.count)") {
            guard let window = gate.wait() else { return WorkerResult(nil) }
            defer { run.workerSettled() }
            return WorkerResult(work(window))
          })
      }
    } catch {
      gate.open(nil)
      for thread in threads { _ = thread.join() }
      throw error
    }
    self.threads = threads
  }

  /// What one worker does with its share of the connections once the window is known; whatever it
  /// needs of the system it has by then.
  private static func work(
    _ share: UnsafeMutablePointer<ClientConnection>, _ count: Int, _ workload: Workload,
    _ run: RunState
  ) throws(SystemError) -> @Sendable (Window) -> LatencyRecorder {
    let own = WorkersOwn(share)
    switch workload.engine {
    case .blocking:
      return { BlockingEngine.work(own.pointer, workload, $0, run) }
    case .event:
      let epoll = try Epoll(watching: share, count: count)
      return { EventEngine.work(epoll, own.pointer, count: count, workload, $0, run) }
    }
  }

  /// Fixes the window, from now on, and lets every worker go.
  func begin() -> Window {
    let window = Window(from: monotonicNow(), workload)
    gate.open(window)
    return window
  }

  /// Asks the workers to stop, and shuts down what still holds them after a grace period.
  func interrupt() {
    run.requestStop()
    guard !run.settled.wait(timeout: interruptGrace) else { return }
    for descriptor in descriptors { shutdown(descriptor, Int32(SHUT_RDWR)) }
  }

  /// Waits for every worker; what they recorded is the caller's to deallocate.
  func join() -> [LatencyRecorder] {
    threads.compactMap { $0.join().recorder }
  }
}

/// How long an interrupted run waits for replies on their way.
private let interruptGrace = TimeSpan.milliseconds(300)

/// The connections of each worker: as even as can be, the first ones taking the rest.
private func shares(_ workload: Workload) -> [Range<Int>] {
  let (base, rest) = workload.connections.quotientAndRemainder(dividingBy: workload.workers)
  var start = 0
  return (0..<workload.workers).map { worker in
    defer { start += base + (worker < rest ? 1 : 0) }
    return start..<start + base + (worker < rest ? 1 : 0)
  }
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

/// Unchecked: handed from the worker, which has ended, to whoever joins it.
private struct WorkerResult: @unchecked Sendable {
  let recorder: LatencyRecorder?

  init(_ recorder: LatencyRecorder?) {
    self.recorder = recorder
  }
}

/// Unchecked: one worker owns what it points to while that worker runs.
private struct WorkersOwn: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<ClientConnection>

  init(_ pointer: UnsafeMutablePointer<ClientConnection>) {
    self.pointer = pointer
  }
}

// MARK: - Connecting

/// Connects everything, one after the other, in memory that the caller owns.
func connectAll(
  _ workload: Workload, until stop: StopSignal
) throws(SystemError) -> UnsafeMutablePointer<ClientConnection> {
  let connections = UnsafeMutablePointer<ClientConnection>.allocate(capacity: workload.connections)
  for index in 0..<workload.connections {
    do throws(SystemError) {
      guard !stop.isFired else { throw SystemError("connect \(workload.address)", errno: EINTR) }
      let socket = try Socket.connected(
        to: workload.address, timeout: workload.timeout, until: stop)
      (connections + index).initialize(
        to: ClientConnection(socket.release(), index: index, workload: workload))
    } catch {
      for earlier in 0..<index { connections[earlier].destroy() }
      connections.deallocate()
      throw error
    }
  }
  return connections
}
