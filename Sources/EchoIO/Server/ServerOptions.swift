/// What every backend is told.
public struct ServerOptions: Hashable, Sendable {
  /// Bytes offered to one read.
  public var bufferSize: ByteCount
  /// Threads that serve: the pool's, or one event loop or serial queue each.
  public var threads: Int

  /// - Precondition: `threads` is positive.
  public init(bufferSize: ByteCount = ByteCount(64 << 10), threads: Int) {
    precondition(threads > 0, "a server has at least one thread")
    self.bufferSize = bufferSize
    self.threads = threads
  }

  /// What to try when there is no memory for the buffers.
  static let fewerBuffers = "Give a smaller --buffer-size, or fewer --threads."
}
