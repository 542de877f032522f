internal import ArgumentParser
internal import EchoIO

/// How a server sets the sockets of its connections.
struct SocketArguments: ParsableArguments {
  @Option(
    help: "Whether segments are sent at once (TCP_NODELAY): on or off.",
    completion: .list(Switch.allCases.map(\.rawValue)))
  var nodelay = Given<Switch>(argument: Switch.on.rawValue)

  @Option(
    parsing: .unconditional,
    help: "Bytes to ask for with SO_SNDBUF, or auto to leave it to the kernel.")
  var sendBuffer = Given<SocketBuffer>(argument: SocketBuffer.kernel)

  @Option(
    parsing: .unconditional,
    help: "Bytes to ask for with SO_RCVBUF, or auto to leave it to the kernel.")
  var receiveBuffer = Given<SocketBuffer>(argument: SocketBuffer.kernel)

  /// - Throws: `ValidationError`; also for what a socket of that address does not have.
  func check(for address: Address) throws {
    try nodelay.check("--nodelay")
    try Self.check(sendBuffer, "--send-buffer")
    try Self.check(receiveBuffer, "--receive-buffer")
    if address.transport == .unix, let broken = try options.unixProblem {
      throw ValidationError("'--\(broken.option)' \(broken.rule), got \(broken.given).")
    }
  }

  private static func check(_ buffer: Given<SocketBuffer>, _ option: String) throws {
    guard let rule = try buffer.check(option).problem else { return }
    throw ValidationError("'\(option)' \(rule), got \(buffer).")
  }

  /// Once `check` has passed.
  var options: SocketOptions {
    get throws {
      SocketOptions(
        nodelay: try nodelay.value.isOn, sendBuffer: try sendBuffer.value.size,
        receiveBuffer: try receiveBuffer.value.size)
    }
  }
}
