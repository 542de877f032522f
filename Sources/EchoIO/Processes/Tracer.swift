internal import CLinux
internal import Glibc

/// Counts what system calls a command makes, and whatever it starts, as a process of its own that
/// stands above the command.
///
/// Above, and not beside: where Yama is in the kernel a process may trace its descendants, and nobody
/// else's (Documentation/admin-guide/LSM/Yama.rst). And a process: ptrace(2) is a matter of single
/// threads, and whoever traces waits for all of its children.
public enum Tracer {
  /// Runs a command, the path of its program first, until it ends.
  /// - Parameter table: the path of a ``CallTable``.
  /// - Throws: `SystemError` when the command cannot be traced; then nothing of it is left.
  public static func run(
    _ command: [String], countingIn table: String
  ) throws(SystemError) -> ProcessEnd {
    try endWithSupervisor()
    let descriptor = open(table, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw .last("open \(table)") }
    defer { close(descriptor) }
    let status = withStrings(command) { clinux_trace($0, descriptor) }
    guard status >= 0 else {
      throw SystemError("ptrace", errno: -status, remedy: remedy(-status))
    }
    return ProcessEnd(status: status)
  }

  /// Should the supervisor that has started this process be killed, and whoever knows its mark, too, nobody would end
  /// what is traced: a backend, say. With its tracer it ends (PTRACE_O_EXITKILL).
  /// - Throws: `SystemError` where it has been by now.
  private static func endWithSupervisor() throws(SystemError) {
    guard let mark = SupervisorMark.inherited else { return }
    if mark.supervisor == getppid() { clinux_end_with_parent() }
    if mark.supervisor == nil { throw SystemError("find the supervisor", errno: ESRCH) }
  }

  private static func remedy(_ errno: Int32) -> String {
    switch errno {
    case EPERM:
      "System calls are counted by ptrace(2), which a container, kernel.yama.ptrace_scope or another"
        + " tracer of this process forbids."
    case EIO, ENOSYS: "System calls can be counted from Linux 5.3 on."
    default: ""
    }
  }

  /// Ends this process as the command ended.
  public static func end(as end: ProcessEnd) -> Never {
    if case .signaled(let number) = end { clinux_end_by_signal(number) }
    exit(end.exitStatus)
  }
}
