// Preconcurrency: Dispatch's sources are thread-safe objects, but not declared Sendable.
@preconcurrency internal import Dispatch
internal import Glibc

/// Dispatch sources on serial queues, connections dealt to the queues in turn.
///
/// Besides the read and the write, each message costs what libdispatch's epoll back end does for
/// an event (swift-corelibs-libdispatch, src/event/event_epoll.c). Its manager thread waits in
/// epoll_wait, asks for the number of readable bytes with ioctl(SIOCINQ), and wakes a worker
/// thread through a futex unless one is awake, as that wakes it through an eventfd, with a write
/// and a read; and two epoll_ctl calls: descriptors are registered EPOLLONESHOT, so each is
/// re-armed after its handler, and the manager updates it once before. That makes 6 to 7 calls per
/// message with five connections, where epoll alone needs 2.2. None of these can be avoided from
/// outside. A second read in the handler, in the hope of the next message, would add a call and
/// find nothing in a closed loop.
public enum DispatchBackend: Backend {
  public static let name = "dispatch"
  public static let summary = "Dispatch read and write sources on serial queues"
  public static let defaultThreads = 1
  public static let unavailability: String? = nil

  public static func serve(
    _ listener: borrowing Socket, options: ServerOptions, until stop: StopSignal,
    whenReady announce: () -> Void
  ) throws(SystemError) -> ServerCounters {
    try requireDescriptors(ownDescriptors + 1)
    try requireThreads(min(options.threads, mostThreads) + 1)
    let lanes = (0..<options.threads).map { Lane($0, capacity: options.bufferSize.bytes) }
    try awaitStart(of: lanes)
    let acceptor = Acceptor(listener.descriptor, dealingTo: lanes)
    announce()
    stop.wait()
    acceptor.stop()
    var total = ServerCounters()
    for lane in lanes { total += lane.finish() }
    return total
  }

  /// What libdispatch opens for itself: an epoll descriptor, an eventfd, and a timer for the clock
  /// that ``Acceptor`` waits on. Without the first two it ends the process, and a timer that it
  /// cannot have never fires (`_dispatch_epoll_init`, `_dispatch_timeout_program`).
  private static let ownDescriptors = 3
  /// The most threads of libdispatch's pool (`DISPATCH_WORKQ_MAX_PTHREAD_COUNT`); its manager is
  /// one more. One that it cannot have it waits for, for ever.
  private static let mostThreads = 255

  /// Waits until every lane has run something and a timer has fired, so that what libdispatch opens
  /// is open before connections take all the descriptors there are.
  private static func awaitStart(of lanes: [Lane]) throws(SystemError) {
    let started = DispatchGroup()
    for lane in lanes { lane.queue.async(group: started) {} }
    started.enter()
    lanes[0].queue.asyncAfter(deadline: .now() + .milliseconds(1)) { started.leave() }
    guard started.wait(timeout: .now() + .seconds(10)) == .success else {
      throw SystemError("start Dispatch", errno: ETIMEDOUT, remedy: "Ask for fewer threads.")
    }
  }
}

/// Accepts connections on the first lane's queue and deals them out.
private final class Acceptor: Sendable {
  private let source: any DispatchSourceRead
  private let queue: DispatchQueue
  private let cancelled = DispatchGroup()

  init(_ listener: Int32, dealingTo lanes: [Lane]) {
    queue = lanes[0].queue
    let source = DispatchSource.makeReadSource(fileDescriptor: listener, queue: queue)
    self.source = source
    let turn = Turn()
    source.setEventHandler { [queue] in
      while true {
        switch acceptConnection(listener, nonblocking: true) {
        case .connection(let connection):
          lanes[turn.next() % lanes.count].adopt(connection)
        case .nobody:
          return
        case .exhausted:
          source.suspend()
          let pause = DispatchTimeInterval.nanoseconds(Int(acceptPause.nanoseconds))
          queue.asyncAfter(deadline: .now() + pause) { source.resume() }
          return
        }
      }
    }
    cancelled.enter()
    source.setCancelHandler { [cancelled] in cancelled.leave() }
    source.activate()
  }

  func stop() {
    source.cancel()
    cancelled.wait()
  }

  /// Unchecked: only the event handler uses it, on a serial queue.
  private final class Turn: @unchecked Sendable {
    private var count = 0

    func next() -> Int {
      defer { count += 1 }
      return count
    }
  }
}

/// A serial queue, its connections and what they did.
///
/// Unchecked: everything mutable is touched on the queue only.
private final class Lane: @unchecked Sendable {
  let queue: DispatchQueue
  private let capacity: Int
  private let closed = DispatchGroup()
  private var connections: Set<Connection> = []
  fileprivate let counters = UnsafeMutablePointer<ServerCounters>.allocate(capacity: 1)

  init(_ index: Int, capacity: Int) {
    queue = DispatchQueue(label: "lane-\(index)")
    self.capacity = capacity
    counters.initialize(to: ServerCounters())
  }

  deinit {
    counters.deallocate()
  }

  func adopt(_ descriptor: Int32) {
    queue.async { [self] in
      closed.enter()
      counters.pointee.connections += 1
      let connection = Connection(descriptor, capacity: capacity, on: self)
      connections.insert(connection)
      connection.start()
    }
  }

  fileprivate func forget(_ connection: Connection) {
    connections.remove(connection)
    closed.leave()
  }

  /// Closes every connection and waits until it is closed.
  func finish() -> ServerCounters {
    queue.sync { for connection in connections { connection.finish() } }
    closed.wait()
    return queue.sync { counters.pointee }
  }
}

/// One connection: a read source, and a write source from the first write that would block.
///
/// Unchecked: touched on its lane's queue only.
private final class Connection: @unchecked Sendable {
  private let descriptor: Int32
  private let buffer: UnsafeMutableRawPointer
  private unowned let lane: Lane
  private let readSource: any DispatchSourceRead
  private var writeSource: (any DispatchSourceWrite)?
  /// The part of the buffer that is still to be written; empty while reading. Of the two sources
  /// the read source runs when it is empty, the write source when it is not.
  private var pending = 0..<0
  private var openSources = 1
  private var isFinished = false

  init(_ descriptor: Int32, capacity: Int, on lane: Lane) {
    self.descriptor = descriptor
    self.lane = lane
    buffer = .allocate(byteCount: capacity, alignment: 64)
    readSource = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: lane.queue)
    let (buffer, counters) = (buffer, lane.counters)
    readSource.setEventHandler { [unowned self] in
      let outcome = echoOnce(descriptor, buffer, capacity, counters)
      if outcome != .echoed { handle(outcome) }
    }
    readSource.setCancelHandler { [self] in sourceCancelled() }
  }

  deinit {
    buffer.deallocate()
  }

  func start() {
    readSource.activate()
  }

  private func handle(_ outcome: EchoOutcome) {
    switch outcome {
    case .finished:
      finish()
    case .blocked(let rest):
      if pending.isEmpty { awaitWritability() }
      pending = rest
    case .echoed:
      pending = 0..<0
      writeSource?.suspend()
      readSource.resume()
    }
  }

  private func awaitWritability() {
    readSource.suspend()
    guard writeSource == nil else {
      writeSource?.resume()
      return
    }
    let source = DispatchSource.makeWriteSource(fileDescriptor: descriptor, queue: lane.queue)
    source.setEventHandler { [unowned self] in
      handle(writeBack(descriptor, buffer, pending, lane.counters))
    }
    source.setCancelHandler { [self] in sourceCancelled() }
    openSources += 1
    writeSource = source
    source.activate()
  }

  /// Cancels the sources. A suspended one has to be resumed, or its cancellation never comes.
  func finish() {
    guard !isFinished else { return }
    isFinished = true
    readSource.cancel()
    writeSource?.cancel()
    if pending.isEmpty { writeSource?.resume() } else { readSource.resume() }
  }

  /// The descriptor is closed only once no source watches it any more.
  private func sourceCancelled() {
    openSources -= 1
    guard openSources == 0 else { return }
    close(descriptor)
    lane.forget(self)
  }
}

extension Connection: Hashable {
  static func == (left: Connection, right: Connection) -> Bool { left === right }

  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
