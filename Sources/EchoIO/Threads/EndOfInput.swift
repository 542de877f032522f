internal import CLinux
internal import Glibc

/// Fires a stop signal when standard input ends: whoever started this program has closed its end of
/// the pipe, or is gone, however it ended.
///
/// The kernel tells of a pipe by SIGIO (`O_ASYNC`, open(2)). A thread that waits for the end would change
/// what is measured: in a process with several threads the C library checks at each read, write and wait
/// of every thread whether it has been cancelled, which is 46 instructions each. Of anything else there
/// is a thread all the same: a file tells of nothing, and a terminal not of everything.
///
/// There is one at a time in a process.
public final class EndOfInput: Sendable {
  /// Where the input is no pipe.
  private let thread: Thread<Void>?

  /// From now on, what comes is thrown away, and the end fires `stop`.
  public convenience init(firing stop: StopSignal) throws(SystemError) {
    try self.init(of: STDIN_FILENO, firing: stop)
  }

  init(of descriptor: Int32, firing stop: StopSignal) throws(SystemError) {
    switch clinux_stop_at_end_of(descriptor, stop.descriptor) {
    case 0: thread = nil
    case -ENOTSUP: thread = try Thread("input") { Self.waitForEnd(of: descriptor, orFire: stop) }
    case let result: throw SystemError("watch the input", errno: -result, remedy: moreDescriptors)
    }
  }

  /// Leaves the input alone. To be called once, after `stop` has fired.
  public func leave() {
    thread?.join()
    clinux_forget_input()
  }

  private static func waitForEnd(of descriptor: Int32, orFire stop: StopSignal) {
    var entries = [
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    while true {
      poll(&entries, 2, -1)
      if entries[1].revents != 0 { return }
      if entries[0].revents != 0, hasEnded(descriptor) { return stop.fire() }
    }
  }

  /// An error is an end as well: of a terminal that hung up it is EIO (read(2)).
  private static func hasEnded(_ descriptor: Int32) -> Bool {
    withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
      let count = receive(descriptor, buffer.baseAddress!, buffer.count)
      return count <= 0 && count != -Int(EAGAIN)
    }
  }
}
