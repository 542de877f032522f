internal import CLinux
internal import Glibc

/// Another descriptor of a connection that belongs to another thread, which may close its own at any moment. One
/// connection at a time has it; and it is there from the beginning, since connections may have taken all others.
final class ConnectionCopy: Sendable {
  private let nothing: Int32
  private let descriptor: Int32

  /// - Throws: `SystemError` when there is no descriptor left.
  init() throws(SystemError) {
    nothing = eventfd(0, Int32(EFD_CLOEXEC))
    guard nothing >= 0 else { throw .last("eventfd", remedy: moreDescriptors) }
    descriptor = fcntl(nothing, F_DUPFD_CLOEXEC, 0)
    // What there is of it by then is closed by its end.
    guard descriptor >= 0 else { throw .last("dup", remedy: moreDescriptors) }
  }

  deinit {
    close(descriptor)
    close(nothing)
  }

  /// Does something with a copy of `connection`, or nothing where that is closed already.
  func with(_ connection: Int32, _ work: (Int32) -> Void) {
    guard dup2(connection, descriptor) >= 0 else { return }
    work(descriptor)
    dup2(nothing, descriptor)
  }
}
