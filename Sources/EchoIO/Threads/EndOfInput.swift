internal import Glibc

/// Fires a stop signal when standard input ends: whoever started this program has closed its end of
/// the pipe, or is gone, however it ended.
public final class EndOfInput: Sendable {
  private let thread: Thread<Void>

  /// Waits on a thread of its own until the input has ended or `stop` has fired. What comes is
  /// thrown away.
  public convenience init(firing stop: StopSignal) throws(SystemError) {
    try self.init(of: STDIN_FILENO, firing: stop)
  }

  init(of descriptor: Int32, firing stop: StopSignal) throws(SystemError) {
    thread = try Thread("input") {
      var entries = [
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      while true {
        poll(&entries, 2, -1)
        if entries[1].revents != 0 { return }
        if entries[0].revents != 0, Self.hasEnded(descriptor) {
          stop.fire()
          return
        }
      }
    }
  }

  /// Ends the thread, once `stop` has fired.
  public func join() {
    thread.join()
  }

  /// An error is an end as well: of a terminal that hung up it is EIO (read(2)).
  private static func hasEnded(_ descriptor: Int32) -> Bool {
    withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
      let count = receive(descriptor, buffer.baseAddress!, buffer.count)
      return count <= 0 && count != -Int(EAGAIN)
    }
  }
}
