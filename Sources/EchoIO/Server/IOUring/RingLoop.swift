internal import CLinux
internal import Glibc

#if Liburing
  internal import CLiburing

  /// What an io_uring backend does with the connections of a loop.
  protocol RingEcho: AnyObject, SendableMetatype {
    /// - Parameter capacity: bytes that one receive takes at most.
    init(
      on ring: Ring, capacity: Int, _ counters: UnsafeMutablePointer<ServerCounters>
    ) throws(SystemError)
    /// Requests that are under way, the loop's own included.
    var underWay: Int { get set }
    /// Serves a connection, which is its own from now on.
    func adopt(_ connection: Int32)
    /// Ends each connection as soon as nothing is under way on it, whatever it has left.
    func stop()
    /// The measured loop: runs until a completion is no connection's, and goes on behind that.
    /// - Returns: nil once it has been stopped and nothing is under way.
    func drive() -> Completion?
  }

  /// The loop of an io_uring backend: a ring, and where its connections come from.
  ///
  /// The first loop accepts, and deals connections out in turn. A listener per loop (SO_REUSEPORT)
  /// would need no dealing, but the kernel spreads connections over those by a hash: five over two
  /// may be five to none. A dealt connection comes through an ``Inbox``, whose loop is woken by an
  /// eventfd; the kernel's own message from ring to ring (IORING_OP_MSG_RING) would do, but is refused
  /// by rings with deferred work before Linux 6.3, and it is one wake-up per connection either way.
  ///
  /// Unchecked: everything but the inbox belongs to the one thread that runs the loop; it is set up
  /// before that thread starts.
  final class RingLoop<Echo: RingEcho>: @unchecked Sendable {
    private let ring: Ring
    private let echo: Echo
    private let tally: Tally
    private let inbox = Inbox()
    private let stop: StopSignal
    private let wakeUp: Int32
    /// Where the kernel reads how long a pause is, whenever it takes the request.
    private let pauseSpan: UnsafeMutablePointer<__kernel_timespec>
    private var isStopping = false
    /// Of the loop that accepts.
    private var listener: Int32 = -1
    private var dealer: Dealer?

    /// Serves with as many loops as `options` says.
    static func serve(
      _ listener: borrowing Socket, _ options: ServerOptions, until stop: StopSignal,
      whenReady announce: () -> Void
    ) throws(SystemError) -> ServerCounters {
      try requireThreads(options.threads - 1)
      // What is got later, and cut to what the kernel takes, would be refused by nobody.
      free(try allocateBuffer(options.bufferSize.bytes, remedy: ServerOptions.fewerBuffers))
      var loops: [RingLoop] = []
      for _ in 0..<options.threads {
        loops.append(try RingLoop(capacity: options.bufferSize.bytes, until: stop))
      }
      loops[0].accept(from: listener.descriptor, options.admission, dealingTo: loops)
      try requireDescriptors(1)
      return try runLoops(loops.map { loop in { loop.run() } }, until: stop, whenReady: announce)
    }

    private init(capacity: Int, until stop: StopSignal) throws(SystemError) {
      self.stop = stop
      ring = try Ring()
      tally = try Tally()
      echo = try Echo(on: ring, capacity: capacity, tally.counters)
      wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
      pauseSpan = .allocate(capacity: 1)
      pauseSpan.initialize(
        to: __kernel_timespec(tv_sec: 0, tv_nsec: Int64(acceptPause.nanoseconds)))
      guard wakeUp >= 0 else { throw .last("eventfd", remedy: moreDescriptors) }
    }

    deinit {
      inbox.shut()
      close(wakeUp)
      pauseSpan.deallocate()
    }

    private func accept(
      from listener: Int32, _ admission: Admission?, dealingTo loops: [RingLoop]
    ) {
      self.listener = listener
      dealer = Dealer(
        from: listener, admission,
        to: loops.map { [unowned self] peer in
          { [unowned peer] in peer === self ? peer.adopt($0) : peer.deliver($0) }
        })
    }

    /// Hands a connection to this loop from another thread.
    private func deliver(_ connection: Int32) {
      inbox.put(connection) { eventfd_write(wakeUp, 1) }
    }

    private func adopt(_ connection: Int32) {
      tally.counters.pointee.connections += 1
      echo.adopt(connection)
    }

    /// Serves until the stop signal fires, and then until nothing is under way.
    private func run() -> ServerCounters {
      ring.enable()
      submit { cliburing_poll($0, stop.descriptor, UInt16(POLLIN), RingRequest.stop.data()) }
      submit { cliburing_poll($0, wakeUp, UInt16(POLLIN), RingRequest.inbox.data()) }
      if dealer != nil { startAccepting() }
      while let completion = echo.drive() { see(to: completion) }
      ring.disable()
      return tally.counters.pointee
    }

    private func submit(_ prepare: (UnsafeMutablePointer<io_uring_sqe>) -> Void) {
      prepare(ring.view.nextEntry)
      echo.underWay += 1
    }

    private func startAccepting() {
      submit {
        cliburing_accept($0, listener, Int32(SOCK_CLOEXEC.rawValue), RingRequest.accept.data())
      }
    }

    private func see(to completion: Completion) {
      if !completion.hasMore { echo.underWay -= 1 }
      switch completion.request {
      case .accept: seeToAccepted(completion)
      case .pause: if !isStopping { startAccepting() }
      case .inbox: emptyInbox()
      case .stop: beginToStop()
      case .failure:
        // Nothing can be waited for any more.
        ringFailed(completion.result)
      case .end, .receive, .send, .cancellation: break
      }
    }

    private func seeToAccepted(_ completion: Completion) {
      if completion.result >= 0 {
        if isStopping { close(completion.result) } else { dealer?.deal(completion.result) }
      }
      guard !completion.hasMore, !isStopping else { return }
      if completion.result >= 0 {
        startAccepting()
      } else {
        pause()
      }
    }

    /// Leaves the listener alone for a while: there is no descriptor for the next connection, which
    /// stays in the backlog.
    private func pause() {
      submit { cliburing_pause($0, pauseSpan, RingRequest.pause.data()) }
    }

    private func emptyInbox() {
      var count: eventfd_t = 0
      eventfd_read(wakeUp, &count)
      for connection in inbox.takeAll() { adopt(connection) }
      if !isStopping {
        submit { cliburing_poll($0, wakeUp, UInt16(POLLIN), RingRequest.inbox.data()) }
      }
    }

    /// Cancels everything, and waits for it in ``run()``: what is left to the end of the ring, the
    /// kernel ends when it comes to it, the listener's socket included.
    private func beginToStop() {
      isStopping = true
      inbox.shut()
      echo.stop()
      submit { cliburing_cancel_all($0, RingRequest.end.data()) }
    }
  }
#endif
