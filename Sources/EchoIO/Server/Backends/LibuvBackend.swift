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
      var loops: [LibuvLoop] = []
      do {
        for _ in 0..<options.threads {
          loops.append(try LibuvLoop(capacity: options.bufferSize.bytes, until: stop))
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

// The measured callbacks, beside what ``LibuvLoop`` sets up.

#if Libuv
  private typealias Stream = UnsafeMutablePointer<uv_stream_t>

  /// Lends libuv the loop's one buffer.
  // Measured, calls only: nothing
  @c(echobench_libuv_offer_buffer)
  func libuvOfferBuffer(
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
  func libuvOnRead(
    _ stream: UnsafeMutablePointer<uv_stream_t>?, _ received: Int,
    _ buffer: UnsafePointer<uv_buf_t>?
  ) {
    let counters = countersOfLoop(stream)
    counters.pointee.readCalls.countOne()
    guard received > 0 else {
      if received < 0 { uv_close(clibuv_handle(stream), libuvFreeConnection) }
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
      uv_close(clibuv_handle(stream), libuvFreeConnection)
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
      uv_close(clibuv_handle(stream), libuvFreeConnection)
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
      uv_close(clibuv_handle(stream), libuvFreeConnection)
      return
    }
    countersOfLoop(stream).pointee.bytesOut &+= length
    uv_read_start(stream, libuvOfferBuffer, libuvOnRead)
  }

  /// What is left of a connection that libuv has closed.
  func libuvFreeConnection(_ handle: UnsafeMutablePointer<uv_handle_t>?) {
    free(handle)
  }
#endif
