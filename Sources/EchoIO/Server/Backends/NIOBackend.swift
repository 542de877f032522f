#if NIO
  internal import NIOCore
  internal import NIOPosix
#else
  internal import Glibc
#endif

/// SwiftNIO: its `ServerBootstrap`, and one handler in the pipeline of each connection, as its
/// documentation has it.
///
/// A message costs a read and a write, and its share of an epoll_wait, as with epoll alone; the rest is
/// NIO's way from the selector through the pipeline and back, and a `ByteBuffer`, which each channel
/// keeps for its next read. The reply is written without a promise, and flushed once the read is
/// complete. The next read is asked for when nothing is left to write, so that a peer that never reads
/// costs one buffer; NIO tells of that twice per message, which is cheaper than a promise for each.
/// When a peer ends its stream NIO reads at once all that the kernel has of it.
///
/// What it does not do: read more than once for each time that a socket is ready
/// (`maxMessagesPerRead`), grow and shrink its buffers (`AdaptiveRecvByteBufferAllocator`), share them
/// among connections, which NIO cannot. They have a power of two bytes: a read takes up to that many,
/// where the buffer size is none.
public enum NIOBackend: Backend {
  public static let name = "nio"
  public static let summary = "SwiftNIO's event loops, one handler per connection"
  public static let defaultThreads = 1
  /// A channel with its pipeline, and its buffer of 64 KiB.
  public static let idleConnectionBytes = 72 << 10
  /// Another buffer for the next read, of which there is none before this is written.
  public static func unreadConnectionBytes(bufferSize: Int) -> Int {
    idleConnectionBytes + 2 * bufferSize
  }

  #if NIO
    public static let unavailability: String? = nil

    public static func serve(
      _ listener: borrowing Socket, options: ServerOptions, until stop: StopSignal,
      whenReady announce: () -> Void
    ) throws(SystemError) -> ServerCounters {
      let server = try NIOServer(options)
      let bootstrap = server.bootstrap().childChannelInitializer { connection in
        connection.eventLoop.makeCompletedFuture {
          try server.begin(connection)
          try connection.pipeline.syncOperations.addHandler(EchoHandler(server))
        }
      }
      let acceptor: any Channel
      do {
        acceptor = try bootstrap.withBoundSocket(NIOServer.copy(of: listener)).wait()
      } catch {
        _ = server.finish()
        throw error as? SystemError ?? SystemError("listen", error)
      }
      NIOServer.restoreBacklog(of: listener.descriptor)
      announce()
      stop.wait()
      try? acceptor.close().wait()
      NIOServer.stopListening(listener.descriptor)
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

// No measured step: NIO's pipeline is what is measured; the handler counts and passes on.
#if NIO
  /// Echoes what one connection says, and reads on when that is written.
  private final class EchoHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    private let server: NIOServer
    private var received = 0
    /// Of that, what came with the last read.
    private var latest = 0
    /// The channel wants to read, and is to wait until all is written: this much was left then.
    private var held: Int?
    private var hasEnded = false

    init(_ server: NIOServer) {
      self.server = server
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      latest = Self.unwrapInboundIn(data).readableBytes
      received &+= latest
      context.write(data, promise: nil)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
      context.flush()
    }

    func read(context: ChannelHandlerContext) {
      guard context.channel.isWritable else {
        held = context.channel.unsent
        return
      }
      context.read()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
      guard held != nil, context.channel.isWritable else { return }
      held = nil
      context.read()
    }

    /// The peer has said all: closes once everything is written, which an empty write at the end tells.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      guard case ChannelEvent.inputClosed = event else { return }
      let written = context.eventLoop.makePromise(of: Void.self)
      written.futureResult.whenComplete { [connection = context.channel] _ in
        connection.close(promise: nil)
      }
      context.writeAndFlush(NIOAny(ByteBuffer()), promise: written)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
      if mode == .all { end(context, unsent: context.channel.unsent) }
      context.close(mode: mode, promise: promise)
    }

    /// A connection that broke has been closed by NIO itself.
    func channelInactive(context: ChannelHandlerContext) {
      end(context, unsent: context.channel.isWritable ? 0 : held ?? latest)
    }

    private func end(_ context: ChannelHandlerContext, unsent: Int) {
      guard !hasEnded else { return }
      hasEnded = true
      server.end(context.channel, received: received, sent: received - unsent)
    }
  }
#endif
