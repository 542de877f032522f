internal import Glibc

#if Libuv
  internal import CLibuv
#endif

/// libuv's event loop, one per thread, through the C library itself.
///
/// Each connection has one buffer and one write request. A reply is tried at once; what the
/// socket does not take is queued, and reading stops until it is written, so that a peer that
/// never reads costs one buffer.
public enum LibuvBackend: Backend {
  public static let name = "libuv"
  public static let summary = "libuv's event loop, one per thread"
  public static let defaultThreads = 1

  #if Libuv
    public static let unavailability: String? = nil

    public static func serve(
      _ listener: borrowing Socket, options: ServerOptions, until stop: StopSignal,
      whenReady announce: () -> Void
    ) throws(SystemError) -> ServerCounters {
      try requireDescriptors(ownDescriptors + descriptorsOfLoop * options.threads + 1)
      var loops: [Loop] = []
      var threads: [Thread<ServerCounters>] = []
      do {
        for _ in 0..<options.threads {
          loops.append(try Loop(capacity: options.bufferSize.bytes, until: stop))
        }
        try loops[0].accept(from: listener.descriptor, dealingTo: loops)
        for (index, loop) in loops.enumerated().dropFirst() {
          threads.append(try Thread("loop-\(index)") { loop.run() })
        }
      } catch {
        // Every loop has to run to its end, or what it has opened stays open.
        stop.fire()
        for loop in loops.prefix(1) + loops.dropFirst(1 + threads.count) { _ = loop.run() }
        for thread in threads { _ = thread.join() }
        throw error
      }
      announce()
      var total = loops[0].run()
      for thread in threads { total += thread.join() }
      return total
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
  private typealias Connection = UnsafeMutablePointer<clibuv_connection>

  /// One event loop and its connections.
  ///
  /// Unchecked: everything but the inbox belongs to the one thread that runs the loop; it is set
  /// up before that thread starts.
  private final class Loop: @unchecked Sendable {
    private let loop = allocateZeroed(uv_loop_t.self)
    private let stopPoll = allocateZeroed(uv_poll_t.self)
    private let wakeUp = allocateZeroed(uv_async_t.self)
    private let listenerPoll = allocateZeroed(uv_poll_t.self)
    private let acceptTimer = allocateZeroed(uv_timer_t.self)
    private let stop: StopSignal
    private let capacity: Int
    /// Connections dealt to this loop by the one that accepts, until it has taken them over; nil
    /// once the loop is stopping.
    private let inbox = Lock<[Int32]?>([])
    private var listener: Int32 = -1
    /// Whom accepted connections are dealt to, in turn.
    private var peers: [Unmanaged<Loop>] = []
    private var accepted = 0
    private let counters = UnsafeMutablePointer<ServerCounters>.allocate(capacity: 1)

    init(capacity: Int, until stop: StopSignal) throws(SystemError) {
      self.stop = stop
      self.capacity = capacity
      counters.initialize(to: ServerCounters())
      try check("uv_loop_init", uv_loop_init(loop))
      let owner = Unmanaged.passUnretained(self).toOpaque()
      loop.pointee.data = owner
      try check("uv_poll_init", uv_poll_init(loop, stopPoll, stop.descriptor))
      uv_poll_start(stopPoll, Int32(UV_READABLE.rawValue)) { poll, _, _ in
        Loop.of(poll!.pointee.loop).closeEverything()
      }
      try check(
        "uv_async_init",
        uv_async_init(loop, wakeUp) { async in Loop.of(async!.pointee.loop).emptyInbox() })
    }

    deinit {
      for connection in inbox.withLock({ $0 }) ?? [] { close(connection) }
      counters.deallocate()
      loop.deallocate()
      stopPoll.deallocate()
      wakeUp.deallocate()
      listenerPoll.deallocate()
      acceptTimer.deallocate()
    }

    static func of(_ loop: UnsafeMutablePointer<uv_loop_t>?) -> Loop {
      Unmanaged<Loop>.fromOpaque(loop!.pointee.data).takeUnretainedValue()
    }

    /// Runs until the stop signal has closed every handle.
    func run() -> ServerCounters {
      uv_run(loop, UV_RUN_DEFAULT)
      uv_loop_close(loop)
      return counters.pointee
    }

    private func closeEverything() {
      for connection in inbox.withLock({ $0.take() }) ?? [] { close(connection) }
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
    func accept(from listener: Int32, dealingTo loops: [Loop]) throws(SystemError) {
      self.listener = listener
      peers = loops.map { Unmanaged.passUnretained($0) }
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
      while true {
        switch acceptConnection(listener, nonblocking: true) {
        case .connection(let connection):
          let peer = peers[accepted % peers.count].takeUnretainedValue()
          accepted += 1
          if peer === self { adopt(connection) } else { peer.send(connection) }
        case .nobody:
          return
        case .exhausted:
          uv_poll_stop(listenerPoll)
          uv_timer_start(
            acceptTimer, { timer in Loop.of(timer!.pointee.loop).startAccepting() },
            acceptPause.nanoseconds / 1_000_000, 0)
          return
        }
      }
    }

    /// Hands a connection to this loop from another thread. Under the lock: a loop that is
    /// stopping closes its handles, and libuv aborts when a closed one is to be woken.
    private func send(_ connection: Int32) {
      inbox.withLock { inbox in
        guard inbox != nil else {
          close(connection)
          return
        }
        inbox?.append(connection)
        uv_async_send(wakeUp)
      }
    }

    private func emptyInbox() {
      let connections = inbox.withLock { inbox in
        defer { if inbox != nil { inbox = [] } }
        return inbox ?? []
      }
      for connection in connections { adopt(connection) }
    }

    /// Starts serving a connection on this loop.
    private func adopt(_ descriptor: Int32) {
      let connection = allocateZeroed(clibuv_connection.self)
      counters.pointee.connections += 1
      connection.pointee.counters = UnsafeMutableRawPointer(counters)
      // One byte more than the buffer's nominal size: libuv reads again until EAGAIN when a read
      // fills what it was offered, so a message of exactly that size would cost a second read.
      connection.pointee.capacity = capacity + 1
      connection.pointee.buffer = .allocate(capacity: capacity + 1)
      uv_tcp_init(loop, &connection.pointee.handle)
      // A unix socket is opened as a TCP handle too: libuv reads and writes both alike.
      guard uv_tcp_open(&connection.pointee.handle, descriptor) == 0 else {
        close(descriptor)
        uv_close(clibuv_handle(connection), freeConnection)
        return
      }
      uv_read_start(clibuv_stream(connection), offerBuffer, onRead)
    }
  }

  // MARK: - The measured callbacks

  /// Lends libuv the connection's one buffer.
  @c(echobench_libuv_offer_buffer)
  private func offerBuffer(
    _ handle: UnsafeMutablePointer<uv_handle_t>?, _ suggested: Int,
    _ offered: UnsafeMutablePointer<uv_buf_t>?
  ) {
    let connection = clibuv_connection_of_handle(handle)!
    offered!.pointee.base = connection.pointee.buffer
    offered!.pointee.len = connection.pointee.capacity
  }

  /// One read and one write per message; the rest is libuv's wait. It ends, and frees, the
  /// connection at the end of the stream: by then everything has been written, since reading
  /// stops while a write is queued.
  @c(echobench_libuv_on_read)
  private func onRead(
    _ stream: UnsafeMutablePointer<uv_stream_t>?, _ received: Int,
    _ buffer: UnsafePointer<uv_buf_t>?
  ) {
    let connection = clibuv_connection_of_stream(stream)!
    let counters = connection.pointee.counters.assumingMemoryBound(to: ServerCounters.self)
    counters.pointee.readCalls.countOne()
    guard received > 0 else {
      if received < 0 { uv_close(clibuv_handle(connection), freeConnection) }
      return
    }
    counters.pointee.bytesIn &+= UInt64(received)
    var reply = uv_buf_t(base: connection.pointee.buffer, len: received)
    let written = uv_try_write(stream, &reply, 1)
    counters.pointee.writeCalls.countOne()
    guard written == received else {
      queueRest(connection, received, written)
      return
    }
    counters.pointee.bytesOut &+= UInt64(received)
  }

  /// The socket is full: queues what it did not take, and reads no more until that is written.
  @inline(never)
  private func queueRest(_ connection: Connection, _ received: Int, _ result: Int32) {
    guard result >= 0 || result == UV_EAGAIN.rawValue else {
      uv_close(clibuv_handle(connection), freeConnection)
      return
    }
    let written = Int(max(0, result))
    var rest = uv_buf_t(base: connection.pointee.buffer + written, len: received - written)
    let counters = connection.pointee.counters.assumingMemoryBound(to: ServerCounters.self)
    counters.pointee.bytesOut &+= UInt64(written)
    counters.pointee.writeCalls.countOne()
    // What is queued counts as written once it is: the request carries its length there.
    connection.pointee.request.data = UnsafeMutableRawPointer(bitPattern: received - written)
    uv_read_stop(clibuv_stream(connection))
    uv_write(&connection.pointee.request, clibuv_stream(connection), &rest, 1) { request, status in
      let stream = request!.pointee.handle
      let connection = clibuv_connection_of_stream(stream)!
      guard uv_is_closing(clibuv_handle(connection)) == 0 else { return }
      guard status >= 0 else {
        uv_close(clibuv_handle(connection), freeConnection)
        return
      }
      let counters = connection.pointee.counters.assumingMemoryBound(to: ServerCounters.self)
      counters.pointee.bytesOut &+= UInt64(UInt(bitPattern: request!.pointee.data))
      uv_read_start(stream, offerBuffer, onRead)
    }
  }

  private func freeConnection(_ handle: UnsafeMutablePointer<uv_handle_t>?) {
    let connection = clibuv_connection_of_handle(handle)!
    connection.pointee.buffer.deallocate()
    connection.deallocate()
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
