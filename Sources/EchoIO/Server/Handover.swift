internal import Glibc

/// What connections do not have from their listener by themselves. Those of TCP have all of it; those of
/// a unix socket are made by their peer, with a send buffer of the kernel's own.
struct Handover {
  /// As it is asked for; nil where there is nothing to hand over.
  private let sendBuffer: Int32?

  init(from listener: Int32) {
    guard isUnixSocket(listener), let other = try? Socket.open(AF_UNIX) else {
      sendBuffer = nil
      return
    }
    let bytes = option(of: listener, SOL_SOCKET, SO_SNDBUF)
    let own = option(of: other.descriptor, SOL_SOCKET, SO_SNDBUF)
    // The kernel doubles what is asked for (socket(7)).
    sendBuffer = bytes == own ? nil : bytes / 2
  }

  func prepare(_ connection: Int32) {
    if let sendBuffer { setOption(connection, SOL_SOCKET, SO_SNDBUF, to: sendBuffer) }
  }
}
