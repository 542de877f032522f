internal import Glibc

/// What becomes of a connection before it is anybody's: whether it may stay, and what it does not have from its
/// listener by itself. Those of TCP have all of it; those of a unix socket are made by their peer, with a send
/// buffer of the kernel's own.
struct Handover {
  private let admission: Admission?
  /// As it is asked for; nil where there is nothing to hand over.
  private let sendBuffer: Int32?

  init(from listener: Int32, _ admission: Admission?) {
    self.admission = admission
    guard isUnixSocket(listener), let other = try? Socket.open(AF_UNIX) else {
      sendBuffer = nil
      return
    }
    guard let bytes = option(of: listener, SOL_SOCKET, SO_SNDBUF),
      let own = option(of: other.descriptor, SOL_SOCKET, SO_SNDBUF)
    else {
      sendBuffer = nil
      return
    }
    // The kernel doubles what is asked for (socket(7)).
    sendBuffer = bytes == own ? nil : bytes / 2
  }

  /// Prepares a connection that has come.
  /// - Returns: false when there are as many as there may be: it is closed.
  func takes(_ connection: Int32) -> Bool {
    if let admission, !admission.admits(connection) {
      close(connection)
      return false
    }
    if let sendBuffer { setOption(connection, SOL_SOCKET, SO_SNDBUF, to: sendBuffer) }
    return true
  }
}
