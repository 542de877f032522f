internal import Glibc

/// A TCP port of `host`, an address of this machine, that nobody listens on now. Somebody may take it
/// before it is used; then the bind fails and says so.
public func freePort(of host: String = "127.0.0.1") throws(SystemError) -> UInt16 {
  let address = Address.internet(host: host, port: 0)
  let socket = try Socket.listening(on: address)
  guard case .internet(_, let port) = try socket.boundAddress(requested: address) else {
    throw SystemError("getsockname", errno: EINVAL)
  }
  return port
}
