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
  /// The source, what its handlers capture, and the connection: all objects on the heap.
  public static let idleConnectionBytes = 1 << 10
  public static let unavailability: String? = nil

  public static func serve(
    _ listener: borrowing Socket, options: ServerOptions, until stop: StopSignal,
    whenReady announce: () -> Void
  ) throws(SystemError) -> ServerCounters {
    try requireDescriptors(ownDescriptors + 1)
    try requireThreads(min(options.threads, mostThreads) + 1)
    var lanes: [Lane] = []
    for index in 0..<options.threads {
      lanes.append(try Lane(index, capacity: options.bufferSize.bytes))
    }
    try awaitStart(of: lanes)
    let acceptor = Acceptor(listener.descriptor, options.admission, dealingTo: lanes)
    announce()
    stop.wait()
    acceptor.stop()
    return .total(of: lanes.map { $0.finish() })
  }

  /// What libdispatch opens for itself: an epoll descriptor, an eventfd, and a timer for the clock
  /// that ``Acceptor`` waits on. Without the first two it ends the process, and a timer that it
  /// cannot have never fires (`_dispatch_epoll_init`, `_dispatch_timeout_program`).
  private static let ownDescriptors = 3
  /// The most threads of libdispatch's pool (`DISPATCH_WORKQ_MAX_PTHREAD_COUNT`); its manager is
  /// one more. One that it cannot have it waits for, for ever.
  private static let mostThreads = 255

  /// Waits until every lane has run something and libdispatch has its descriptors, before connections
  /// take all there are.
  ///
  /// It opens the timer's when its manager goes to sleep until the next one. One that is due before
  /// that, as on a busy machine, fires without; so there is another, which is not due for long. The
  /// manager opens the descriptor after the first has fired, and before it takes the second.
  private static func awaitStart(of lanes: [Lane]) throws(SystemError) {
    let later = DispatchSource.makeTimerSource(queue: lanes[0].queue)
    later.schedule(deadline: .now() + .seconds(3600))
    later.activate()
    defer { later.cancel() }
    for _ in 0..<2 {
      let started = DispatchGroup()
      for lane in lanes { lane.queue.async(group: started) {} }
      started.enter()
      lanes[0].queue.asyncAfter(deadline: .now() + .milliseconds(1)) { started.leave() }
      guard started.wait(timeout: .now() + .seconds(10)) == .success else {
        throw SystemError("start Dispatch", errno: ETIMEDOUT, remedy: "Ask for fewer threads.")
      }
    }
  }
}

/// Accepts connections on the first lane's queue and deals them out.
///
/// Unchecked: the dealer is touched on that queue only.
private final class Acceptor: @unchecked Sendable {
  private let source: any DispatchSourceRead
  private let queue: DispatchQueue
  private let cancelled = DispatchGroup()
  private var dealer: Dealer

  init(_ listener: Int32, _ admission: Admission?, dealingTo lanes: [Lane]) {
    queue = lanes[0].queue
    source = DispatchSource.makeReadSource(fileDescriptor: listener, queue: queue)
    dealer = Dealer(from: listener, admission, to: lanes.map { lane in { lane.deliver($0) } })
    source.setEventHandler { [unowned self] in
      if !dealer.acceptAll(from: listener) { pause() }
    }
    cancelled.enter()
    source.setCancelHandler { [cancelled] in cancelled.leave() }
    source.activate()
  }

  private func pause() {
    source.suspend()
    let pause = DispatchTimeInterval.nanoseconds(Int(acceptPause.nanoseconds))
    queue.asyncAfter(deadline: .now() + pause) { [source] in source.resume() }
  }

  func stop() {
    source.cancel()
    cancelled.wait()
  }
}

/// A serial queue, its connections and what they did. They share its buffer: a handler has written
/// what it read, or keeps the rest apart, before the next one runs.
///
/// Unchecked: everything mutable is touched on the queue only.
private final class Lane: @unchecked Sendable {
  let queue: DispatchQueue
  fileprivate let buffer: Buffer
  private let tally: Tally
  private let inbox = Inbox()
  private let closed = DispatchGroup()
  private var connections: Set<Connection> = []

  init(_ index: Int, capacity: Int) throws(SystemError) {
    queue = DispatchQueue(label: "lane-\(index)")
    buffer = try Buffer(capacity, remedy: ServerOptions.fewerBuffers)
    tally = try Tally()
  }

  fileprivate var counters: UnsafeMutablePointer<ServerCounters> { tally.counters }

  /// Hands a connection to this lane, from any thread.
  func deliver(_ connection: Int32) {
    inbox.put(connection) {
      queue.async { [self] in
        for connection in inbox.takeAll() { adopt(connection) }
      }
    }
  }

  private func adopt(_ descriptor: Int32) {
    closed.enter()
    counters.pointee.connections += 1
    let connection = Connection(descriptor, on: self)
    connections.insert(connection)
    connection.start()
  }

  fileprivate func forget(_ connection: Connection) {
    connections.remove(connection)
    closed.leave()
  }

  /// Closes every connection and waits until it is closed.
  func finish() -> ServerCounters {
    queue.sync {
      inbox.shut()
      for connection in connections { connection.finish() }
    }
    closed.wait()
    return queue.sync { counters.pointee }
  }
}

/// One connection: a read source, and a write source from the first write that would block.
///
/// Unchecked: touched on its lane's queue only.
private final class Connection: @unchecked Sendable {
  private let descriptor: Int32
  private unowned let lane: Lane
  private let readSource: any DispatchSourceRead
  private var writeSource: (any DispatchSourceWrite)?
  /// What is still to be written; nil while reading. Of the two sources the read source runs when
  /// there is nothing, the write source when there is.
  private var rest: Rest?
  private var openSources = 1
  private var isFinished = false

  init(_ descriptor: Int32, on lane: Lane) {
    self.descriptor = descriptor
    self.lane = lane
    readSource = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: lane.queue)
    let (buffer, capacity, counters) = (lane.buffer.base, lane.buffer.capacity, lane.counters)
    readSource.setEventHandler { [unowned self] in
      let outcome = echoOnce(descriptor, buffer, capacity, counters)
      if outcome != .echoed { stopReading(outcome, buffer) }
    }
    readSource.setCancelHandler { [self] in sourceCancelled() }
  }

  func start() {
    readSource.activate()
  }

  /// Keeps what the socket did not take, and reads no more until that is written.
  private func stopReading(_ outcome: EchoOutcome, _ buffer: UnsafeMutableRawPointer) {
    guard case .blocked(let part) = outcome, let rest = Rest(part, of: buffer) else {
      finish()
      return
    }
    self.rest = rest
    readSource.suspend()
    if let writeSource { writeSource.resume() } else { startWriting() }
  }

  private func startWriting() {
    let source = DispatchSource.makeWriteSource(fileDescriptor: descriptor, queue: lane.queue)
    source.setEventHandler { [unowned self] in writeRest() }
    source.setCancelHandler { [self] in sourceCancelled() }
    openSources += 1
    writeSource = source
    source.activate()
  }

  private func writeRest() {
    guard let rest else { return }
    switch writeBack(descriptor, rest.bytes, rest.pending, lane.counters) {
    case .blocked(let part):
      rest.pending = part
    case .echoed:
      self.rest = nil
      writeSource?.suspend()
      readSource.resume()
    case .finished:
      finish()
    }
  }

  /// Cancels the sources. A suspended one has to be resumed, or its cancellation never comes.
  func finish() {
    guard !isFinished else { return }
    isFinished = true
    readSource.cancel()
    writeSource?.cancel()
    if rest == nil { writeSource?.resume() } else { readSource.resume() }
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
