internal import Glibc

/// The file of a program, opened once: what is started from it later is that very file, whatever
/// has been put in its place meanwhile, as a build does.
public final class Program: Sendable {
  private let descriptor: Int32

  /// This running program.
  public static func running() throws(SystemError) -> Program { try Program("/proc/self/exe") }

  /// - Throws: `SystemError` when there is no such file.
  public init(_ path: String) throws(SystemError) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .last("open \(path)") }
  }

  deinit {
    close(descriptor)
  }

  /// Where a child process finds the file until it has become the program: in the child, which has
  /// the same descriptors until then (proc_pid_fd(5)).
  var path: String { "/proc/self/fd/\(descriptor)" }

  /// Where any process of the same user finds it as long as this value lives.
  public var pathForOthers: String { "/proc/\(getpid())/fd/\(descriptor)" }
}
