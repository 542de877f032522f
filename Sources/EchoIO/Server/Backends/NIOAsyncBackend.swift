#if NIO
  internal import NIOCore
  internal import NIOPosix
#else
  internal import Glibc
#endif

/// SwiftNIO under structured concurrency: a task for each connection, which awaits what comes and
/// awaits that it is written (`NIOAsyncChannel`).
///
/// A message costs what it costs `nio`, and the way to its task and back: the loop resumes the task
/// on a thread of Swift's own pool, and the task hands the reply back to the loop, which it wakes with
/// an eventfd. The reply is flushed when it is written, as `NIOAsyncChannel` does. It reads ahead by
/// up to ten buffers, NIO's own default; what a peer does not read costs as many and two more.
///
/// What it does not do: run tasks on the event loops, for which NIO has no task executor; leave tasks
/// to themselves: the server ends when all of them have.
public enum NIOAsyncBackend: Backend {
  public static let name = "nio-async"
  public static let summary = "SwiftNIO's event loops, a task per connection"
  public static let defaultThreads = 1
  /// As `nio`, and a task with its two streams.
  public static let idleConnectionBytes = 80 << 10
  /// Ten buffers that are read ahead, the one that the task has, and the one that is written.
  public static func unreadConnectionBytes(bufferSize: Int) -> Int {
    idleConnectionBytes + 12 * bufferSize
  }

  #if NIO
    public static let unavailability: String? = nil

    public static func serve(
      _ listener: borrowing Socket, options: ServerOptions, until stop: StopSignal,
      whenReady announce: () -> Void
    ) throws(SystemError) -> ServerCounters {
      let bound = try StopSignal()
      let ended = try StopSignal()
      let server = try NIOServer(options)
      let failure = Lock<SystemError?>(nil)
      let copy = try NIOServer.copy(of: listener)
      let original = listener.descriptor
      let serving = Task {
        defer { ended.fire() }
        do {
          let acceptor = try await server.listen(copy)
          bound.fire()
          try await serveAll(acceptor, of: original, server)
        } catch {
          failure.withLock { $0 = SystemError("listen", error) }
          bound.fire()
        }
      }
      bound.wait()
      if let failure = failure.withLock({ $0 }) {
        _ = server.finish()
        throw failure
      }
      NIOServer.restoreBacklog(of: original)
      announce()
      stop.wait()
      serving.cancel()
      ended.wait()
      return server.finish()
    }
  #else
    public static let unavailability: String? = withoutNIO

    public static func serve(
      _ listener: borrowing Socket, options: ServerOptions, until stop: StopSignal,
      whenReady announce: () -> Void
    ) throws(SystemError) -> ServerCounters {
      throw SystemError("SwiftNIO", errno: ENOSYS)
    }
  #endif
}

// No measured step: the way from the loop to a task and back is what is measured.
#if NIO
  private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

  private typealias Acceptor = NIOAsyncChannel<(Connection, Closing), Never>

  extension NIOServer {
    fileprivate func listen(_ listener: Int32) async throws -> Acceptor {
      try await bootstrap().bind(listener) { [self] channel in
        channel.eventLoop.makeCompletedFuture {
          try begin(channel)
          let connection = try Connection(wrappingChannelSynchronously: channel)
          let closing = Closing()
          try channel.pipeline.syncOperations.addHandler(ClosingHandler(closing, of: connection))
          return (connection, closing)
        }
      }
    }
  }

  /// Serves until it is cancelled, and then until every connection that has a task has ended.
  private func serveAll(
    _ acceptor: Acceptor, of listener: Int32, _ server: NIOServer
  ) async throws {
    try await withThrowingDiscardingTaskGroup { tasks in
      try await acceptor.executeThenClose { connections in
        for try await (connection, closing) in connections {
          tasks.addTask { await echo(connection, closing, server) }
        }
      }
      NIOServer.stopListening(listener)
    }
  }

  /// Echoes what one connection says until its end.
  private func echo(_ connection: Connection, _ closing: Closing, _ server: NIOServer) async {
    var received = 0
    var sent = 0
    do {
      try await connection.executeThenClose { inbound, outbound in
        for try await bytes in inbound {
          received &+= bytes.readableBytes
          try await outbound.write(bytes)
          sent &+= bytes.readableBytes
        }
        try await finishWriting(on: connection.channel)
      }
    } catch {
      // The peer has gone, or the server stops: either way the channel is closed.
    }
    server.end(connection.channel, received: received, sent: sent - closing.unsent)
  }

  /// Waits until everything is written, which an empty write at the end tells: what closes a
  /// `NIOAsyncChannel` waits for nothing. Closes it when the server stops meanwhile.
  private func finishWriting(on channel: any Channel) async throws {
    try await withTaskCancellationHandler {
      try await channel.writeAndFlush(ByteBuffer())
    } onCancel: {
      channel.close(promise: nil)
    }
  }

  /// What a connection had not written when it was closed.
  private final class Closing: Sendable {
    private let left = Lock(0)

    var unsent: Int {
      get { left.withLock { $0 } }
      set { left.withLock { $0 = newValue } }
    }
  }

  /// Looks what is left to write at the end, and keeps the connection until then: NIO ends the process
  /// where a `NIOAsyncChannel` goes that is open and was not served, as one that comes while the server
  /// stops.
  private final class ClosingHandler: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    private let closing: Closing
    private let connection: Connection

    init(_ closing: Closing, of connection: Connection) {
      self.closing = closing
      self.connection = connection
    }

    func close(
      context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?
    ) {
      closing.unsent = context.channel.unsent
      context.close(mode: mode, promise: promise)
    }
  }
#endif
