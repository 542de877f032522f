internal import Glibc

/// The two ends of a TCP connection over 127.0.0.1, both in this process; neither waits in a call.
struct LoopbackPair: ~Copyable {
  let one: Socket
  let other: Socket

  init() throws(SystemError) {
    let any = Address.internet(host: "127.0.0.1", port: 0)
    let listener = try Socket.listening(on: any)
    let address = try listener.boundAddress(requested: any)
    let client = try Socket.connected(to: address, timeout: Self.patience)
    try setNonblocking(client.descriptor)
    // It is there when connect(2) has returned, or will be soon.
    _ = waitUntil(listener.descriptor, POLLIN, timeout: Self.patience)
    switch acceptConnection(listener.descriptor, nonblocking: true) {
    case .connection(let descriptor):
      one = client
      other = Socket(owning: descriptor)
    case .exhausted:
      throw SystemError("accept \(address)", errno: EMFILE, remedy: moreDescriptors)
    case .nobody: throw SystemError("accept \(address)", errno: ETIMEDOUT, remedy: "Try again.")
    }
  }

  private static let patience = TimeSpan.seconds(1)
}
