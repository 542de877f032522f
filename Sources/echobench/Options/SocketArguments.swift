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
    help: "Bytes to ask for with SO_SNDBUF. (default: left to the kernel)")
  var sendBuffer: Given<ByteCount>?

  @Option(
    parsing: .unconditional,
    help: "Bytes to ask for with SO_RCVBUF. (default: left to the kernel)")
  var receiveBuffer: Given<ByteCount>?

  /// - Throws: `ValidationError`; also for what a socket of that address does not have.
  func check(for address: Address) throws {
    try nodelay.check("--nodelay")
    try Self.check(sendBuffer, "--send-buffer")
    try Self.check(receiveBuffer, "--receive-buffer")
    if address.transport == .unix, let broken = try options.unixProblem {
      throw ValidationError("'--\(broken.option)' \(broken.rule), got \(broken.given).")
    }
  }

  private static func check(_ buffer: Given<ByteCount>?, _ option: String) throws {
    guard let buffer, let rule = SocketOptions.problem(ofBuffer: try buffer.check(option)) else {
      return
    }
    throw ValidationError("'\(option)' \(rule), got \(buffer).")
  }

  /// Once `check` has passed.
  var options: SocketOptions {
    get throws {
      SocketOptions(
        nodelay: try nodelay.value.isOn, sendBuffer: try sendBuffer?.value,
        receiveBuffer: try receiveBuffer?.value)
    }
  }
}
