/// What every backend is told.
public struct ServerOptions: Sendable {
  /// Bytes offered to one read.
  public var bufferSize: ByteCount
  /// Threads that serve: the pool's, or one event loop or serial queue each.
  public var threads: Int
  /// What the listener was set to, and with it whatever it accepts: for a library that sets sockets,
  /// too.
  public var sockets: SocketOptions
  /// How many connections there may be, and how long one may be silent; nil for no limit.
  public var admission: Admission?

  /// - Precondition: `threads` is positive.
  public init(
    bufferSize: ByteCount = ByteCount(64 << 10), threads: Int, sockets: SocketOptions = .standard,
    admission: Admission? = nil
  ) {
    precondition(threads > 0, "a server has at least one thread")
    self.bufferSize = bufferSize
    self.threads = threads
    self.sockets = sockets
    self.admission = admission
  }

  /// Whether a connection may have another descriptor for a moment, by which it is ended (``ConnectionCopy``).
  var hasCopiesOfConnections: Bool { admission?.idleTimeout != nil }

  /// What to try when there is no memory for the buffers.
  static let fewerBuffers = "Give a smaller --buffer-size, or fewer --threads."
}
