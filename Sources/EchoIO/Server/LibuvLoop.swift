internal import Glibc

#if Libuv
  internal import CLibuv

  /// The loop of ``LibuvBackend`` and its connections: all but the measured callbacks.
  ///
  /// Unchecked: everything but the inbox belongs to the one thread that runs the loop; it is set
  /// up before that thread starts.
  final class LibuvLoop: @unchecked Sendable {
    /// What the measured callbacks see.
    private let shared = allocateZeroed(clibuv_loop.self)
    private let stopPoll = allocateZeroed(uv_poll_t.self)
    private let wakeUp = allocateZeroed(uv_async_t.self)
    private let listenerPoll = allocateZeroed(uv_poll_t.self)
    private let acceptTimer = allocateZeroed(uv_timer_t.self)
    private let stop: StopSignal
    private let buffer: Buffer
    private let tally: Tally
    private let inbox = Inbox()
    private var listener: Int32 = -1
    /// Of the loop that accepts.
    private var dealer: Dealer?

    init(capacity: Int, until stop: StopSignal) throws(SystemError) {
      self.stop = stop
      // One byte more than the buffer's nominal size: libuv reads again until EAGAIN when a read
      // fills what it was offered, so a message of exactly that size would cost a second read.
      buffer = try Buffer(capacity, spare: 1, remedy: ServerOptions.fewerBuffers)
      tally = try Tally()
      shared.pointee.buffer = buffer.base.assumingMemoryBound(to: CChar.self)
      shared.pointee.capacity = buffer.capacity
      shared.pointee.counters = UnsafeMutableRawPointer(tally.counters)
      try check("uv_loop_init", uv_loop_init(loop))
      shared.pointee.loop.data = Unmanaged.passUnretained(self).toOpaque()
      try check("uv_poll_init", uv_poll_init(loop, stopPoll, stop.descriptor))
      uv_poll_start(stopPoll, Int32(UV_READABLE.rawValue)) { poll, _, _ in
        LibuvLoop.of(poll!.pointee.loop).closeEverything()
      }
      try check(
        "uv_async_init",
        uv_async_init(loop, wakeUp) { async in LibuvLoop.of(async!.pointee.loop).emptyInbox() })
    }

    deinit {
      shared.deallocate()
      stopPoll.deallocate()
      wakeUp.deallocate()
      listenerPoll.deallocate()
      acceptTimer.deallocate()
    }

    private var loop: UnsafeMutablePointer<uv_loop_t> {
      UnsafeMutableRawPointer(shared).assumingMemoryBound(to: uv_loop_t.self)
    }

    static func of(_ loop: UnsafeMutablePointer<uv_loop_t>?) -> LibuvLoop {
      Unmanaged<LibuvLoop>.fromOpaque(loop!.pointee.data).takeUnretainedValue()
    }

    /// Runs until the stop signal has closed every handle.
    func run() -> ServerCounters {
      uv_run(loop, UV_RUN_DEFAULT)
      uv_loop_close(loop)
      return tally.counters.pointee
    }

    private func closeEverything() {
      inbox.shut()
      uv_walk(
        loop,
        { handle, _ in
          guard uv_is_closing(handle) == 0 else { return }
          uv_close(handle, handle!.pointee.type == UV_TCP ? libuvFreeConnection : nil)
        }, nil)
    }
  }

  // MARK: - Accepting

  extension LibuvLoop {
    /// Makes this the loop that accepts. It polls the listener itself instead of using uv_listen:
    /// a connection can then go to another loop, and one that there is no descriptor for stays in
    /// the backlog, where uv_listen would accept it on a spare descriptor and close it.
    func accept(
      from listener: Int32, _ admission: Admission?, dealingTo loops: [LibuvLoop]
    ) throws(SystemError) {
      self.listener = listener
      dealer = Dealer(
        from: listener, admission,
        to: loops.map { [unowned self] peer in
          { [unowned peer] in peer === self ? peer.adopt($0) : peer.deliver($0) }
        })
      try check("uv_poll_init", uv_poll_init(loop, listenerPoll, listener))
      try check("uv_timer_init", uv_timer_init(loop, acceptTimer))
      startAccepting()
    }

    private func startAccepting() {
      uv_poll_start(listenerPoll, Int32(UV_READABLE.rawValue)) { poll, _, _ in
        LibuvLoop.of(poll!.pointee.loop).acceptWaiting()
      }
    }

    private func acceptWaiting() {
      guard dealer?.acceptAll(from: listener) == false else { return }
      uv_poll_stop(listenerPoll)
      uv_timer_start(
        acceptTimer, { timer in LibuvLoop.of(timer!.pointee.loop).startAccepting() },
        acceptPause.nanoseconds / 1_000_000, 0)
    }

    /// Hands a connection to this loop from another thread. libuv aborts when a closed handle is to
    /// be woken: the inbox is shut before it closes.
    private func deliver(_ connection: Int32) {
      inbox.put(connection) { uv_async_send(wakeUp) }
    }

    private func emptyInbox() {
      for connection in inbox.takeAll() { adopt(connection) }
    }

    /// Starts serving a connection on this loop.
    private func adopt(_ descriptor: Int32) {
      guard let memory = calloc(1, MemoryLayout<uv_tcp_t>.size) else {
        close(descriptor)
        return
      }
      tally.counters.pointee.connections += 1
      let connection = memory.bindMemory(to: uv_tcp_t.self, capacity: 1)
      let stream = clibuv_stream(connection)
      uv_tcp_init(loop, connection)
      // A unix socket is opened as a TCP handle too: libuv reads and writes both alike.
      guard uv_tcp_open(connection, descriptor) == 0 else {
        close(descriptor)
        uv_close(clibuv_handle(stream), libuvFreeConnection)
        return
      }
      uv_read_start(stream, libuvOfferBuffer, libuvOnRead)
    }
  }

  // MARK: - Set-up

  private func allocateZeroed<Value>(_ type: Value.Type) -> UnsafeMutablePointer<Value> {
    let memory = UnsafeMutablePointer<Value>.allocate(capacity: 1)
    memset(memory, 0, MemoryLayout<Value>.size)
    return memory
  }

  /// Turns libuv's negative error numbers, which on Linux are -errno, into ours.
  private func check(_ call: String, _ result: Int32) throws(SystemError) {
    guard result == 0 else { throw SystemError(call, errno: -result) }
  }
#endif
