internal import Synchronization

/// When the window is, and what ends it: fixed before the workers start, read by all of them.
struct Window {
  /// On the monotonic clock, in nanoseconds.
  let start: UInt64
  /// `UInt64.max` when the window ends with a number of messages.
  let end: UInt64
  /// Messages per worker; `UInt64.max` when the window ends with the clock.
  let messages: UInt64

  init(from now: UInt64, _ workload: Workload) {
    start = now + workload.warmup.nanoseconds
    switch workload.stopRule {
    case .duration(let duration):
      end = start + duration.nanoseconds
      messages = .max
    case .messages(let count):
      end = .max
      messages = UInt64(count)
    }
  }
}

/// What the workers of a run tell each other and the coordinator. Everything here is touched a
/// few times per connection; the measured loops read the stop flag only.
final class RunState: Sendable {
  /// The one thing the measured loops share: set when they are to end early. In memory of its
  /// own, so that reading it is a load and nothing else. Unsafe in name only: it is written once,
  /// in `init`, and what it points to is atomic and lives as long as this object.
  nonisolated(unsafe) let stop: UnsafePointer<Atomic<Bool>>
  /// Fires when the last worker has left its window.
  let finished: StopSignal
  /// Fires when the usage at the end of the window has been read.
  let usageRead: StopSignal
  /// Fires when the last worker has also ended its connections.
  let settled: StopSignal
  nonisolated(unsafe) private let stopStorage: UnsafeMutablePointer<Atomic<Bool>>
  private let running: Atomic<Int>
  private let unsettled: Atomic<Int>
  private let unserved: Atomic<Int>
  private let servedAndOpen = Atomic<Int>(0)
  private let lastClose: Atomic<UInt64>

  init(workers: Int, connections: Int) throws(SystemError) {
    finished = try StopSignal()
    usageRead = try StopSignal()
    settled = try StopSignal()
    stopStorage = .allocate(capacity: 1)
    stopStorage.initialize(to: Atomic(false))
    stop = UnsafePointer(stopStorage)
    running = Atomic(workers)
    unsettled = Atomic(workers)
    unserved = Atomic(connections)
    lastClose = Atomic(monotonicNow())
  }

  deinit {
    stopStorage.deinitialize(count: 1)
    stopStorage.deallocate()
  }

  /// Asks every worker to stop after the message it is at.
  func requestStop() {
    stopStorage.pointee.store(true, ordering: .relaxed)
  }

  var isStopping: Bool { stopStorage.pointee.load(ordering: .relaxed) }

  /// To be called once by each worker when it sends no more.
  func workerFinished() {
    if running.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { finished.fire() }
  }

  /// To be called once by each worker as the last thing it does.
  func workerSettled() {
    if unsettled.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { settled.fire() }
  }

  /// To be called by a worker that has left its window, before it ends its connections: the threads
  /// that server and client have for them are to be there still when the usage is read.
  ///
  /// A window that ends with a number of messages may need the worker to go on, so that a pool
  /// serves those that wait for their turn.
  func awaitUsageReading(_ window: Window) {
    if window.end == .max, unserved.load(ordering: .relaxed) > 0 { return }
    usageRead.wait()
  }

  func connectionServed() {
    unserved.subtract(1, ordering: .relaxed)
    servedAndOpen.add(1, ordering: .relaxed)
  }

  /// A connection that had been served is closed.
  func connectionClosed() {
    lastClose.store(monotonicNow(), ordering: .relaxed)
    servedAndOpen.subtract(1, ordering: .relaxed)
  }

  /// Whether a connection that was never served may go on waiting for its turn: while others
  /// are served, and for the timeout after the last of them closed. A pool serves it then.
  func mayBeServedLater(timeout: TimeSpan) -> Bool {
    servedAndOpen.load(ordering: .relaxed) > 0
      || monotonicNow() < lastClose.load(ordering: .relaxed) + timeout.nanoseconds
  }
}
