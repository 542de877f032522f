import Glibc

@testable import EchoIO

/// One connection of a ``LyingServer``: the first is number 0, in the order of connecting.
struct Conversation: Sendable {
  let index: Int
  let peer: Peer
  /// Fires when the test is over: what a server that does nothing waits for.
  let over: StopSignal

  /// Answers each message of `size` bytes with what `reply` makes of its number, from 1, and its
  /// content; until the client has half-closed.
  func answer(_ size: Int, with reply: (Int, [UInt8]) throws -> [UInt8]) throws {
    var number = 0
    while case let message = try peer.receive(size), message.count == size {
      number += 1
      try peer.send(reply(number, message))
    }
  }

  /// Answers each message of `size` bytes with itself.
  func answerHonestly(_ size: Int) throws {
    try answer(size) { $1 }
  }

  /// The same, each after a span of a clock that the test moves.
  func answer(_ size: Int, after span: TimeSpan, of clock: ManualClock) throws {
    try answer(size) { _, message in
      clock.run(for: span)
      return message
    }
  }
}

/// A server that does with its connections whatever its closure does, each on a thread of its
/// own; a connection is closed when its closure ends.
struct LyingServer: Sendable {
  let address: Address
  private let over: StopSignal
  private let work: BoundedWork<Void>

  init(
    on address: Address = RunningServer.loopback,
    _ talk: @escaping @Sendable (Conversation) throws -> Void
  ) throws {
    ignoreBrokenPipes()
    let listener = try Socket.listening(on: address)
    self.address = try listener.boundAddress(requested: address)
    let descriptor = listener.release()
    let over = try StopSignal()
    self.over = over
    work = try BoundedWork("liar") {
      let listener = Socket(owning: descriptor)
      var conversations: [(peer: Peer, work: BoundedWork<Void>)] = []
      while awaitConnection(listener.descriptor, unless: over) {
        guard
          case .connection(let descriptor) = acceptConnection(
            listener.descriptor, nonblocking: false)
        else { continue }
        let conversation = Conversation(
          index: conversations.count, peer: Peer(owning: descriptor), over: over)
        let work = try BoundedWork("lie-\(conversation.index)") {
          // That the client breaks off is how most lies end.
          try? talk(conversation)
          conversation.peer.hangUp()
        }
        conversations.append((conversation.peer, work))
      }
      for conversation in conversations {
        conversation.peer.breakOff()
        try conversation.work.value()
      }
    }
  }

  /// To be called once.
  func finish() throws {
    over.fire()
    try work.value()
  }
}

/// Lends a lying server's address to `body`.
func withLies<Result>(
  on address: Address = RunningServer.loopback,
  _ talk: @escaping @Sendable (Conversation) throws -> Void, _ body: (Address) throws -> Result
) throws -> Result {
  let server = try LyingServer(on: address, talk)
  do {
    let result = try body(server.address)
    try server.finish()
    return result
  } catch {
    try? server.finish()
    throw error
  }
}

private func awaitConnection(_ listener: Int32, unless over: StopSignal) -> Bool {
  var entries = [
    pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
    pollfd(fd: over.descriptor, events: Int16(POLLIN), revents: 0),
  ]
  poll(&entries, 2, -1)
  return entries[1].revents == 0
}
