internal import CLinux
internal import Glibc

/// Fires a stop signal when standard input ends: whoever started this program has closed its end of
/// the pipe, or is gone, however it ended.
///
/// The kernel tells by SIGIO (`O_ASYNC`, open(2)). A thread that waits for the end would change what is
/// measured: in a process with several threads the C library checks at each read, write and wait of
/// every thread whether it has been cancelled, which is 46 instructions each.
///
/// There is one at a time in a process.
public final class EndOfInput: Sendable {
  private let stop: StopSignal

  /// From now on, what comes is thrown away, and the end fires `stop`.
  public convenience init(firing stop: StopSignal) throws(SystemError) {
    try self.init(of: STDIN_FILENO, firing: stop)
  }

  init(of descriptor: Int32, firing stop: StopSignal) throws(SystemError) {
    self.stop = stop
    let result = clinux_stop_at_end_of(descriptor, stop.descriptor)
    guard result == 0 else { throw SystemError("sigaction", errno: -result) }
  }

  deinit {
    clinux_forget_input()
  }
}
