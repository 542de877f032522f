#if NIO
  internal import Glibc
  internal import NIOCore
  internal import NIOPosix

  /// What the backends on SwiftNIO share: their event loops, how a channel is set up, and what the
  /// loops have done.
  ///
  /// NIO makes the reads and writes, and does not say how many: they are unknown from the first
  /// connection on.
  final class NIOServer: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let capacity: Int
    private let sockets: SocketOptions
    private let admission: Admission?
    private let counters: Lock<[ObjectIdentifier: ServerCounters]>
    /// Those that are open.
    private let connections = Lock<[ObjectIdentifier: any Channel]>([:])

    /// - Parameter needing: descriptors beside those of NIO, and one for a connection.
    init(_ options: ServerOptions, needing descriptors: Int = 0) throws(SystemError) {
      capacity = options.bufferSize.bytes
      sockets = options.sockets
      admission = options.admission
      guard capacity <= Self.largestBuffer else {
        throw SystemError(
          "allocate \(options.bufferSize)", errno: ENOMEM, remedy: ServerOptions.fewerBuffers)
      }
      // NIO ends the process where it cannot have one of these.
      _ = try Buffer(capacity, remedy: ServerOptions.fewerBuffers)
      try requireDescriptors(
        Self.descriptorsOfLoop * options.threads + Self.ownDescriptors + descriptors + 1)
      try requireThreads(options.threads + Self.ownThreads)
      group = MultiThreadedEventLoopGroup(numberOfThreads: options.threads)
      let loops = group.makeIterator().map { (ObjectIdentifier($0), ServerCounters()) }
      counters = Lock(Dictionary(uniqueKeysWithValues: loops))
    }

    /// What a `ByteBuffer` can have: its indices have 32 bits, its sizes are powers of two.
    private static let largestBuffer = 1 << 31
    /// An epoll descriptor, an eventfd to wake it, a timer.
    private static let descriptorsOfLoop = 3
    /// A copy of the listener's.
    private static let ownDescriptors = 1
    /// Dispatch's, which sees to the end of the loops.
    private static let ownThreads = 1

    /// A bootstrap for both: connections are dealt to the loops in turn, as NIO does it by itself.
    ///
    /// One read for each time that a socket is ready, as the other event loops here have it: a read
    /// that fills the buffer would else be followed by another. What is read is held at one piece:
    /// a channel that has anything left to write counts as not writable.
    func bootstrap() -> ServerBootstrap {
      let bootstrap = ServerBootstrap(group: group)
        // It sets this by itself on the listener, from which connections have it.
        .serverChannelOption(ChannelOptions.tcpOption(.tcp_nodelay), value: sockets.nodelay ? 1 : 0)
        .serverChannelInitializer { listener in
          listener.eventLoop.makeCompletedFuture {
            try listener.pipeline.syncOperations.addHandler(AcceptPause())
          }
        }
        .childChannelOption(.allowRemoteHalfClosure, value: true)
        .childChannelOption(.maxMessagesPerRead, value: 1)
        .childChannelOption(
          .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: capacity)
        )
        .childChannelOption(.writeBufferWaterMark, value: .init(low: 1, high: 1))
      // A connection of a unix socket has it not from its listener.
      guard let size = sockets.sendBuffer else { return bootstrap }
      return bootstrap.childChannelOption(
        ChannelOptions.socketOption(.so_sndbuf), value: .init(size.bytes))
    }

    /// Another descriptor of the listener, for NIO, which closes what it serves.
    static func copy(of listener: borrowing Socket) throws(SystemError) -> Int32 {
      let copy = fcntl(listener.descriptor, F_DUPFD_CLOEXEC, 0)
      guard copy >= 0 else { throw .last("dup", remedy: moreDescriptors) }
      return copy
    }

    /// Lets as many connections wait as before: NIO, when it is given a listener, listens anew, for 128 of them
    /// (`ServerSocketChannel`), whatever its options say.
    static func restoreBacklog(of listener: Int32) {
      listen(listener, Socket.longestBacklog)
    }

    /// Has connections refused from now on, while NIO closes those that it has: once its copy of the
    /// listener is closed, the kernel would go on taking them as long as there is room for more to wait.
    /// Not before that: NIO ends the process when a listener of its own hangs up.
    static func stopListening(_ listener: Int32) {
      shutdown(listener, Int32(SHUT_RDWR))
    }

    /// Counts a connection, on its loop, if it may stay.
    /// - Throws: where there are as many as there may be; it is closed.
    func begin(_ connection: any Channel) throws {
      try admit(connection)
      let identity = ObjectIdentifier(connection)
      connections.withLock { $0[identity] = connection }
      connection.closeFuture.whenComplete { [connections] _ in
        connections.withLock { _ = $0.removeValue(forKey: identity) }
      }
      update(connection) { counters in
        counters.connections += 1
        counters.reads = nil
        counters.writes = nil
      }
    }

    private func admit(_ connection: any Channel) throws {
      guard let admission else { return }
      let transport = connection.pipeline.syncOperations
      let stays = try transport.withUnsafeTransportIfAvailable {
        (descriptor: NIOBSDSocket.Handle) in
        admission.admits(descriptor)
      }
      guard stays == true else {
        connection.close(promise: nil)
        throw ChannelError.inputClosed
      }
    }

    /// Counts what a connection has come to: once, at its end.
    func end(_ connection: any Channel, received: Int, sent: Int) {
      update(connection) { counters in
        counters.bytesIn += UInt64(received)
        counters.bytesOut += UInt64(sent)
      }
    }

    private func update(_ connection: any Channel, _ change: (inout ServerCounters) -> Void) {
      let loop = ObjectIdentifier(connection.eventLoop)
      counters.withLock { change(&$0[loop, default: ServerCounters()]) }
    }

    /// Closes every connection and ends the loops' threads, once the listener is closed.
    /// - Returns: what they did, together.
    func finish() -> ServerCounters {
      for _ in 0..<Self.mostHops { runTasks() }
      let left = connections.withLock { Array($0.values) }
      for connection in left { connection.close(promise: nil) }
      runTasks()
      try? group.syncShutdownGracefully()
      return counters.withLock { .total(of: Array($0.values)) }
    }

    /// How often a connection that was accepted is handed to another loop until it begins: from the listener's to
    /// its own and back, and with `NIOAsyncChannel` once more (`AcceptHandler`, `NIOAsyncChannelHandler`). Where the
    /// listener is closed before it is registered at last, NIO itself would leave it open for ever.
    private static let mostHops = 5

    /// Waits until each loop has done what it has to do now.
    private func runTasks() {
      for loop in group.makeIterator() { try? loop.submit {}.wait() }
    }
  }

  /// Leaves the listener alone for a while when there is no descriptor for another connection. NIO's own
  /// `AcceptBackoffHandler` holds the next read back, but the failed one is still wanted, and the loop
  /// tries it again and again.
  private final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      guard error is IOError else { return context.fireErrorCaught(error) }
      let listener = context.channel
      _ = listener.setOption(.autoRead, value: false)
      context.eventLoop.scheduleTask(in: .nanoseconds(Int64(acceptPause.nanoseconds))) {
        _ = listener.setOption(.autoRead, value: true)
      }
    }
  }

  extension Channel {
    /// Bytes that its socket has not taken yet; 0 once it is closed. To be called on its loop.
    var unsent: Int {
      (try? syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }
  }

  extension SystemError {
    /// What NIO could not do, in its words' place: its errors have the call's errno.
    init(_ call: String, _ error: any Error) {
      self.init(call, errno: (error as? IOError)?.errnoCode ?? EIO)
    }
  }
#endif
