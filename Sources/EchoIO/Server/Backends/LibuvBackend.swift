internal import Glibc

#if Libuv
  internal import CLibuv
#endif

/// libuv's event loop, one per thread, through the C library itself.
///
/// The connections of a loop share its one buffer. A reply is tried at once; what the socket does
/// not take is copied and queued, and reading stops until it is written, so that a peer that never
/// reads costs one buffer, and one that is idle costs libuv's handle.
public enum LibuvBackend: Backend {
  public static let name = "libuv"
  public static let summary = "libuv's event loop, one per thread"
  public static let defaultThreads = 1
  /// libuv's handle, and an entry in its table of descriptors.
  public static let idleConnectionBytes = 320

  #if Libuv
    public static let unavailability: String? = nil

    public static func serve(
      _ listener: borrowing Socket, options: ServerOptions, until stop: StopSignal,
      whenReady announce: () -> Void
    ) throws(SystemError) -> ServerCounters {
      try requireDescriptors(ownDescriptors + descriptorsOfLoop * options.threads + 1)
      var loops: [Loop] = []
      do {
        for _ in 0..<options.threads {
          loops.append(try Loop(capacity: options.bufferSize.bytes, until: stop))
        }
        try loops[0].accept(
          from: listener.descriptor, options.admission, dealingTo: loops)
      } catch {
        // Every loop has to run to its end, or what it has opened stays open.
        stop.fire()
        for loop in loops { _ = loop.run() }
        throw error
      }
      return try runLoops(loops.map { loop in { loop.run() } }, until: stop, whenReady: announce)
    }

    /// What libuv opens for all loops: a pipe for signals. Without one it ends the process
    /// (`uv__signal_global_once_init`).
    private static let ownDescriptors = 2
    /// And for each: an epoll descriptor, a pipe for signals, and an eventfd to wake it.
    private static let descriptorsOfLoop = 4
  #else
    public static let unavailability: String? =
      "built without libuv: install libuv1-dev and build with the Libuv trait"

    public static func serve(
      _ listener: borrowing Socket, options: ServerOptions, until stop: StopSignal,
      whenReady announce: () -> Void
    ) throws(SystemError) -> ServerCounters {
      throw SystemError("libuv", errno: ENOSYS)
    }
  #endif
}

#if Libuv
  private typealias Stream = UnsafeMutablePointer<uv_stream_t>

  /// One event loop and its connections.
  ///
  /// Unchecked: everything but the inbox belongs to the one thread that runs the loop; it is set
  /// up before that thread starts.
  private final class Loop: @unchecked Sendable {
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
        Loop.of(poll!.pointee.loop).closeEverything()
      }
      try check(
        "uv_async_init",
        uv_async_init(loop, wakeUp) { async in Loop.of(async!.pointee.loop).emptyInbox() })
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

    static func of(_ loop: UnsafeMutablePointer<uv_loop_t>?) -> Loop {
      Unmanaged<Loop>.fromOpaque(loop!.pointee.data).takeUnretainedValue()
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
          uv_close(handle, handle!.pointee.type == UV_TCP ? freeConnection : nil)
        }, nil)
    }
  }

  // MARK: - Accepting

  extension Loop {
    /// Makes this the loop that accepts. It polls the listener itself instead of using uv_listen:
    /// a connection can then go to another loop, and one that there is no descriptor for stays in
    /// the backlog, where uv_listen would accept it on a spare descriptor and close it.
    func accept(
      from listener: Int32, _ admission: Admission?, dealingTo loops: [Loop]
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
        Loop.of(poll!.pointee.loop).acceptWaiting()
      }
    }

    private func acceptWaiting() {
      guard dealer?.acceptAll(from: listener) == false else { return }
      uv_poll_stop(listenerPoll)
      uv_timer_start(
        acceptTimer, { timer in Loop.of(timer!.pointee.loop).startAccepting() },
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
        uv_close(clibuv_handle(stream), freeConnection)
        return
      }
      uv_read_start(stream, offerBuffer, onRead)
    }
  }

  // MARK: - The measured callbacks

  /// Lends libuv the loop's one buffer.
  // Measured, calls only: nothing
  @c(echobench_libuv_offer_buffer)
  private func offerBuffer(
    _ handle: UnsafeMutablePointer<uv_handle_t>?, _ suggested: Int,
    _ offered: UnsafeMutablePointer<uv_buf_t>?
  ) {
    let loop = clibuv_loop_of_handle(handle)!
    offered!.pointee.base = loop.pointee.buffer
    offered!.pointee.len = loop.pointee.capacity
  }

  /// One read and one write per message; the rest is libuv's wait. It ends, and frees, the
  /// connection at the end of the stream: by then everything has been written, since reading
  /// stops while a write is queued.
  // Measured, calls only: uv_try_write uv_close queueRest
  @c(echobench_libuv_on_read)
  private func onRead(
    _ stream: UnsafeMutablePointer<uv_stream_t>?, _ received: Int,
    _ buffer: UnsafePointer<uv_buf_t>?
  ) {
    let counters = countersOfLoop(stream)
    counters.pointee.readCalls.countOne()
    guard received > 0 else {
      if received < 0 { uv_close(clibuv_handle(stream), freeConnection) }
      return
    }
    counters.pointee.bytesIn &+= UInt64(received)
    var reply = uv_buf_t(base: buffer!.pointee.base, len: received)
    let written = uv_try_write(stream, &reply, 1)
    counters.pointee.writeCalls.countOne()
    guard written == received else {
      queueRest(stream!, reply.base, received, written)
      return
    }
    counters.pointee.bytesOut &+= UInt64(received)
  }

  @inline(__always)
  private func countersOfLoop(_ stream: Stream?) -> UnsafeMutablePointer<ServerCounters> {
    clibuv_loop_of_stream(stream)!.pointee.counters.assumingMemoryBound(to: ServerCounters.self)
  }

  /// The socket is full: queues what it did not take, and reads no more until that is written.
  // Measured, calls only: malloc memcpy free uv_read_stop uv_write uv_close
  @inline(never)
  private func queueRest(
    _ stream: Stream, _ bytes: UnsafeMutablePointer<CChar>, _ received: Int, _ result: Int32
  ) {
    let written = Int(max(0, result))
    let length = received - written
    // The request and, right behind it, the bytes: the buffer is the next connection's.
    guard result >= 0 || result == UV_EAGAIN.rawValue,
      let memory = malloc(MemoryLayout<uv_write_t>.size + length)
    else {
      uv_close(clibuv_handle(stream), freeConnection)
      return
    }
    let request = memory.assumingMemoryBound(to: uv_write_t.self)
    let copy = memory + MemoryLayout<uv_write_t>.size
    memcpy(copy, bytes + written, length)
    var rest = uv_buf_t(base: copy.assumingMemoryBound(to: CChar.self), len: length)
    let counters = countersOfLoop(stream)
    counters.pointee.bytesOut &+= UInt64(written)
    counters.pointee.writeCalls.countOne()
    // What is queued counts as written once it is: the request carries its length there.
    request.pointee.data = UnsafeMutableRawPointer(bitPattern: length)
    uv_read_stop(stream)
    guard uv_write(request, stream, &rest, 1, onWritten) == 0 else {
      free(memory)
      uv_close(clibuv_handle(stream), freeConnection)
      return
    }
  }

  /// Reads on once the rest is written. A connection that closes has its write cancelled.
  private func onWritten(_ request: UnsafeMutablePointer<uv_write_t>?, _ status: Int32) {
    let stream = request!.pointee.handle!
    let length = UInt64(UInt(bitPattern: request!.pointee.data))
    free(request)
    guard uv_is_closing(clibuv_handle(stream)) == 0 else { return }
    guard status >= 0 else {
      uv_close(clibuv_handle(stream), freeConnection)
      return
    }
    countersOfLoop(stream).pointee.bytesOut &+= length
    uv_read_start(stream, offerBuffer, onRead)
  }

  private func freeConnection(_ handle: UnsafeMutablePointer<uv_handle_t>?) {
    free(handle)
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
