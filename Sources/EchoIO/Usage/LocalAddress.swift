internal import CLinux
internal import Glibc

extension Address {
  /// Whether it is of this machine: whether a socket could be bound to its host here (bind(2)).
  /// - Throws: `SystemError` when its host cannot be looked up.
  public func isOfThisMachine() throws(SystemError) -> Bool {
    guard case .internet(let host, _) = self else { return true }
    // At a port of its own: the server has the other one.
    let address = try SocketAddress(.internet(host: host, port: 0))
    let descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw .last("socket", remedy: moreDescriptors) }
    defer { close(descriptor) }
    return address.withSockAddr { bind(descriptor, $0, $1) } == 0
  }
}
