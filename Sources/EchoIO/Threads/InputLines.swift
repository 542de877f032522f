internal import CLinux
internal import Glibc

/// Lines of standard input, for a program that waits for other things, too, and that has to stop when the
/// input ends, whatever it is doing then.
///
/// A thread moves what comes into a pipe, so that the end is seen while nobody reads.
public final class InputLines {
  /// Readable when something has come.
  let descriptor: Int32
  private var bytes: [UInt8] = []
  private let longest: Int
  /// A line has more bytes than a line may have: nothing comes after it.
  public private(set) var isTooLong = false

  /// - Parameters:
  ///   - longest: bytes of a line.
  ///   - stop: fires at the end of the input.
  /// - Throws: `SystemError` when there is no descriptor or thread left.
  public init(ofAtMost longest: Int, firing stop: StopSignal) throws(SystemError) {
    var ends: [Int32] = [0, 0]
    let made = clinux_pipe(&ends)
    guard made == 0 else { throw SystemError("pipe", errno: -made, remedy: moreDescriptors) }
    // The one that is read is closed by the end of this value.
    (descriptor, self.longest) = (ends[0], longest)
    let target = ends[1]
    do throws(SystemError) {
      try setNonblocking(descriptor)
    } catch {
      close(target)
      throw error
    }
    // It is not waited for: it ends with the process.
    _ = try Thread("input") {
      Self.move(to: target)
      stop.fire()
    }
  }

  deinit {
    close(descriptor)
  }

  /// The next line, without its end; nil where none is whole yet.
  public func next() -> String? {
    while true {
      if let end = bytes.firstIndex(of: UInt8(ascii: "\n")), end <= longest {
        defer { bytes.removeSubrange(...end) }
        return String(decoding: bytes[..<end], as: UTF8.self)
      }
      guard bytes.count <= longest else {
        isTooLong = true
        return nil
      }
      var piece = [UInt8](repeating: 0, count: Self.pieceBytes)
      let count = receive(descriptor, &piece, piece.count)
      guard count > 0 else { return nil }
      bytes += piece[..<count]
    }
  }

  private static let pieceBytes = 65_536

  /// Until the input ends, or nobody wants it any more.
  private static func move(to target: Int32) {
    var piece = [UInt8](repeating: 0, count: pieceBytes)
    var entry = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    while true {
      poll(&entry, 1, -1)
      let count = receive(STDIN_FILENO, &piece, piece.count)
      if count == -Int(EAGAIN) { continue }
      guard count > 0, transmitWhole(target, piece, count) == 0 else { return }
    }
  }
}
