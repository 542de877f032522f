internal import CLinux
internal import Glibc

/// A pipe that bytes pass through on their way from a socket and back, without being copied
/// (splice(2)). Whoever has it closes it.
struct SplicePipe {
  private let output: Int32
  private let input: Int32

  /// What the kernel gives without being asked: 16 pieces, of up to a page each when they are copied
  /// into it (pipe(7)). A piece of a socket's data takes one, however short, so that a smaller pipe
  /// would cost calls.
  private static let leastCapacity = 64 << 10

  /// - Parameter capacity: bytes that it is to hold.
  init(capacity: Int) throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    let result = clinux_pipe(&ends)
    guard result == 0 else { throw SystemError("pipe2", errno: -result, remedy: moreDescriptors) }
    output = ends[0]
    input = ends[1]
    guard capacity > Self.leastCapacity else { return }
    let resized = clinux_resize_pipe(input, Int32(clamping: capacity))
    guard resized >= 0 else {
      discard()
      throw SystemError(
        "allocate \(ByteCount(capacity)) of a pipe", errno: -resized,
        remedy: "Give a smaller --buffer-size, or raise fs.pipe-max-size.")
    }
  }

  func discard() {
    close(output)
    close(input)
  }

  /// Moves what the socket has, `most` bytes at most, into this pipe, which is empty; so it is not for
  /// being full that nothing is moved.
  /// - Returns: the number of bytes, 0 at the end of the stream, or -errno; -EAGAIN when it has nothing.
  @inline(__always)
  func take(from socket: Int32, _ most: Int) -> Int {
    clinux_splice(socket, input, most)
  }

  /// Moves `count` bytes, which are in this pipe, into the socket. To ask for more would tell TCP that
  /// more is coming, and have it wait for that.
  /// - Returns: how many it took, or -errno; -EAGAIN when it takes none.
  @inline(__always)
  func give(to socket: Int32, _ count: Int) -> Int {
    clinux_splice(output, socket, count)
  }

  /// Reads the `count` bytes that are in this pipe into `buffer`: it is empty then.
  func empty(_ count: Int, into buffer: UnsafeMutableRawPointer) {
    var taken = 0
    while taken < count {
      let result = receive(output, buffer + taken, count - taken)
      guard result > 0 else { return }
      taken += result
    }
  }
}
