internal import Glibc

/// Whether this machine lets this process use io_uring.
enum RingAvailability {
  #if Liburing
    /// nil when it does, else why not and what to do. Tried once.
    static let unavailability: String? = {
      do throws(SystemError) {
        _ = try Ring()
        return nil
      } catch {
        return reason(error.errno, disabled: readProcFile("/proc/sys/kernel/io_uring_disabled"))
      }
    }()
  #else
    static let unavailability: String? =
      "built without liburing: install liburing-dev and build with the Liburing trait"
  #endif

  /// Why its instructions cannot be counted: the server would not stop.
  static let underValgrind =
    "valgrind does not know that io_uring_enter waits, and runs no signal meanwhile"

  /// What to say when io_uring_setup(2) fails; nil when that is for want of descriptors or memory,
  /// which may be there the next time.
  /// - Parameter disabled: the setting `kernel.io_uring_disabled` (Linux 6.6): 0 allows everybody, 1
  ///   those with CAP_SYS_ADMIN or in the group `kernel.io_uring_group`, 2 nobody.
  static func reason(_ error: Int32, disabled: String?) -> String? {
    let setting = disabled.flatMap { Int($0.filter { !$0.isWhitespace }) } ?? 0
    switch error {
    case EPERM, EACCES:
      return setting > 0
        ? "io_uring is switched off here (kernel.io_uring_disabled is \(setting)):"
          + " as root, sysctl kernel.io_uring_disabled=0"
        : "this process may not use io_uring, which most containers forbid (seccomp):"
          + " run it outside, or with --security-opt seccomp=unconfined"
    case ENOSYS:
      return "this kernel has no io_uring, or a sandbox hides it: run on Linux 6.0 or newer,"
        + " outside of the sandbox"
    case EINVAL:
      return "the io_uring of this kernel is too old: run on Linux 6.0 or newer"
    default:
      return nil
    }
  }
}
