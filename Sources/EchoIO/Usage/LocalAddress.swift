internal import CLinux
internal import Glibc

extension Address {
  /// Whether it is of this machine: whether a socket could be bound to its host here (bind(2)).
  /// - Throws: `SystemError` when its host cannot be looked up.
  public func isOfThisMachine() throws(SystemError) -> Bool {
    guard case .internet(let host, _) = self else { return true }
    // At a port of its own: the server has the other one.
    for address in try SocketAddress.all(of: .internet(host: host, port: 0)) {
      let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
      let descriptor = socket(address.family, type, 0)
      guard descriptor >= 0 else { throw .last("socket", remedy: moreDescriptors) }
      defer { close(descriptor) }
      if address.withSockAddr({ bind(descriptor, $0, $1) }) == 0 { return true }
    }
    return false
  }
}
