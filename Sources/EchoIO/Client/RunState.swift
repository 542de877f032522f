internal import Synchronization

/// What the workers of a run tell each other and the coordinator. Everything here is touched a
/// few times per connection; the measured loops read the stop flag only.
final class RunState: Sendable {
  /// The one thing the measured loops share: set when they are to end early. In memory of its
  /// own, so that reading it is a load and nothing else. Unsafe in name only: it is written once,
  /// in `init`, and what it points to is atomic and lives as long as this object.
  nonisolated(unsafe) let stop: UnsafePointer<Atomic<Bool>>
  /// What the workers record by intervals; nil when nobody asked for it.
  let series: IntervalSeries?
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
  private let openAndServed = Atomic<Int>(0)
  private let closed = Atomic<Int>(0)
  private let answered = Atomic<Int>(0)

  /// - Parameters:
  ///   - workers: those that send.
  ///   - connections: theirs.
  ///   - keepers: workers that only hold connections open.
  ///   - hasIntervals: whether they hand over what they have recorded interval by interval.
  init(
    workers: Int, connections: Int, keepers: Int, hasIntervals: Bool
  ) throws(SystemError) {
    series = try hasIntervals ? IntervalSeries(workers: workers) : nil
    finished = try StopSignal()
    usageRead = try StopSignal()
    settled = try StopSignal()
    stopStorage = .allocate(capacity: 1)
    stopStorage.initialize(to: Atomic(false))
    stop = UnsafePointer(stopStorage)
    running = Atomic(workers)
    unsettled = Atomic(workers + keepers)
    unserved = Atomic(connections)
  }

  deinit {
    stopStorage.deinitialize(count: 1)
    stopStorage.deallocate()
  }

  /// Asks every worker to stop after the message it is at.
  /// - Returns: false when somebody had asked already.
  @discardableResult
  func requestStop() -> Bool {
    !stopStorage.pointee.exchange(true, ordering: .relaxed)
  }

  var isStopping: Bool { stop.pointee.load(ordering: .relaxed) }

  /// To be called once by each worker when it sends no more.
  func workerFinished() {
    if running.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { finished.fire() }
  }

  /// Whether every worker has left its window.
  var hasFinished: Bool { running.load(ordering: .relaxed) == 0 }

  /// Replies that are whole since a worker told last.
  func noteAnswered(_ count: Int) {
    answered.add(count, ordering: .relaxed)
  }

  /// All that workers have told.
  var answeredMessages: Int { answered.load(ordering: .relaxed) }

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

  /// The server has turned to a connection.
  /// - Parameter first: not to one before it whose place it has taken.
  func connectionServed(first: Bool) {
    if first { unserved.subtract(1, ordering: .relaxed) }
    openAndServed.add(1, ordering: .relaxed)
  }

  /// A connection that had been served has ended: a pool may turn to another.
  func connectionClosed() {
    closed.add(1, ordering: .relaxed)
    openAndServed.subtract(1, ordering: .relaxed)
  }

  /// Whether a server that serves a few connections at a time is still at it.
  var isServing: Bool { openAndServed.load(ordering: .relaxed) > 0 }

  /// Changes with each reply, and with each connection that was served and has ended: the server comes to
  /// somebody.
  var progress: Int { answeredMessages + closed.load(ordering: .relaxed) }
}
