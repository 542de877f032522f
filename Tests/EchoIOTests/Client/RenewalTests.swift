import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  /// Where a connection takes the place of another: who is blamed for what, and where it comes from.
  struct RenewalTests {
    @Test(arguments: Engine.allCases)
    func `a server that ends a connection before its messages are over is named`(
      engine: Engine
    ) throws {
      let result = try withLies { conversation in
        try conversation.peer.send(conversation.peer.receive(1000))
        try conversation.peer.send(conversation.peer.receive(1000).prefix(400))
      } _: {
        try load($0, engine) { $0.reconnect = 5 }
      }
      expectInvalid(
        result, .missing, "the server closed connection 0 after 400 of the 1000 bytes of message 2")
    }

    /// Nothing is in flight then, and nothing due.
    @Test func `so is one that ends it between two messages`() throws {
      let clock = ManualClock()
      let result = try withLies { conversation in
        try conversation.peer.send(conversation.peer.receive(1000))
      } _: {
        try load($0, .event, by: clock) {
          $0.rate = 1
          $0.reconnect = 5
          $0.stopRule = .duration(.seconds(60))
        }
      }
      expectInvalid(
        result, .missing, "the server closed connection 0 after 0 of the 1000 bytes of message 2")
    }

    @Test(arguments: Engine.allCases)
    func `urgent data on a connection that took another's place is found`(engine: Engine) throws {
      let result = try withLies { conversation in
        try conversation.answerHonestly(1000)
        guard conversation.index == 2 else { return }
        send(conversation.peer.descriptor, [0], 1, Int32(MSG_OOB))
      } _: {
        try load($0, engine) {
          $0.reconnect = 1
          $0.stopRule = .messages(20)
        }
      }
      expectInvalid(
        result, .surplus, "the server sent 1 byte more than it received on connection 0")
    }

    // MARK: - Whose turn it is

    @Test(arguments: Engine.allCases)
    func `who waits for a turn on another connection is not blamed while others are served`(
      engine: Engine
    ) throws {
      let clock = CountingClock()
      let isWaiting = try StopSignal()
      let hasTurn = try StopSignal()
      let result = try withLies { conversation in
        // Both have been served, and then one of them waits for more than two timeouts.
        switch conversation.index {
        case 2:
          try conversation.answer(1000) { number, message in
            if number == 1 {
              isWaiting.wait(timeout: .seconds(20))
            } else {
              clock.step(unless: conversation.over)
            }
            return message
          }
          hasTurn.fire()
        case 3:
          isWaiting.fire()
          hasTurn.wait(timeout: .seconds(20))
          try conversation.answerHonestly(1000)
        default: try conversation.answerHonestly(1000)
        }
      } _: {
        try load($0, engine, by: clock) {
          $0.workers = engine == .blocking ? 2 : 1
          $0.connections = 2
          $0.reconnect = 20
          $0.timeout = .milliseconds(16)
          $0.stopRule = .messages(engine == .blocking ? 40 : 80)
        }
      }
      expectValid(result, messages: 80)
    }

    @Test func `nor where those who are served have gone before anybody looks`() throws {
      let clock = CountingClock()
      let turn = Lock(())
      let result = try withLies { conversation in
        try turn.withLock { _ in
          try conversation.answer(1000) { _, message in
            // Most of a timeout, several times before everybody has had a turn.
            for _ in 0..<(conversation.index < 4 ? 0 : 6) {
              clock.step(unless: conversation.over)
            }
            return message
          }
        }
      } _: {
        try load($0, .event, by: clock) {
          $0.connections = 4
          $0.reconnect = 1
          $0.timeout = .milliseconds(16)
          $0.stopRule = .messages(12)
        }
      }
      expectValid(result, messages: 12)
    }

    @Test func `at the end of a run it is left alone`() throws {
      let clock = ManualClock()
      let turn = Lock(())
      let count = 30
      let result = try withLies { conversation in
        guard conversation.index >= count else { return try conversation.answerHonestly(1000) }
        try turn.withLock { _ in
          try conversation.answer(1000, after: .milliseconds(12), of: clock)
        }
      } _: {
        try load($0, .event, by: clock) {
          $0.connections = count
          $0.reconnect = 1
          $0.stopRule = .duration(.milliseconds(20))
          $0.timeout = .milliseconds(16)
        }
      }
      // The last would have had its turn after more than twenty timeouts.
      expectValid(result, messages: UInt64(count + 1))
      #expect(result.lifetime.bytesReceived < result.lifetime.bytesSent)
    }

    @Test(arguments: Engine.allCases)
    func `silence on another connection is a timeout`(engine: Engine) throws {
      let clock = CountingClock()
      let result = try withLies { conversation in
        guard conversation.index == 0 else { return clock.run(until: conversation.over) }
        try conversation.answer(1000) { number, message in
          // The client has seen by then that this one is served.
          if number == 2 { clock.step(unless: conversation.over) }
          return message
        }
      } _: {
        try load($0, engine, by: clock) {
          $0.reconnect = 2
          $0.timeout = .milliseconds(16)
        }
      }
      expectInvalid(
        result, .timeout, "the server did not answer message 3 of connection 0 within 16ms")
    }

    @Test(arguments: Engine.allCases)
    func `a server that accepts no other connection is named`(engine: Engine) throws {
      let clock = CountingClock()
      let listener = try Socket.listening(on: RunningServer.loopback)
      let address = try listener.boundAddress(requested: RunningServer.loopback)
      // Room for one.
      listen(listener.descriptor, 0)
      let over = try StopSignal()
      let work = try BoundedWork("full") { [descriptor = listener.descriptor] in
        guard waitUntil(descriptor, POLLIN, timeout: .seconds(20)),
          case .connection(let accepted) = acceptConnection(descriptor, nonblocking: false)
        else { throw SystemError.last("accept") }
        let peer = Peer(owning: accepted)
        try peer.send(peer.receive(1000))
        let message = try peer.receive(1000)
        clock.step(unless: over)
        let other = try Peer(address)
        _ = waitUntil(descriptor, POLLIN, timeout: .seconds(20))
        try peer.send(message)
        _ = try peer.receiveToEnd()
        peer.hangUp()
        clock.run(until: over)
        other.hangUp()
      }
      defer { over.fire() }
      let result = try load(address, engine, by: clock) {
        $0.reconnect = 2
        $0.timeout = .milliseconds(16)
      }
      over.fire()
      try work.value()
      _ = consume listener
      expectInvalid(
        result, .connect, "connection 0 could not be made anew within 16ms, after message 2")
    }

    // MARK: - Ports

    @Test(.enabled(if: FewPorts.areThere, FewPorts.absence), arguments: Engine.allCases)
    func `where ports run out connections come from another address`(engine: Engine) throws {
      let sources = Lock<[UInt8]>([])
      let result = try FewPorts.with(40_000...40_003) {
        try withLies(on: .standard) { conversation in
          let host = try SocketAddress(ofPeer: conversation.peer.descriptor).host ?? []
          sources.withLock { $0.append(host.last ?? 0) }
          try conversation.answerHonestly(1000)
        } _: {
          try load($0, engine) {
            $0.reconnect = 1
            $0.stopRule = .messages(10)
          }
        }
      }
      expectValid(result, messages: 10)
      #expect(sources.withLock(\.self) == [1, 1, 1, 1, 2, 2, 2, 2, 3, 3])
    }

    @Test(.enabled(if: FewPorts.areThere, FewPorts.absence), arguments: Engine.allCases)
    func `where there is none left, that is said`(engine: Engine) throws {
      let result = try FewPorts.with(40_000...40_000) {
        let server = try RunningServer(.named("epoll"), on: .standard)
        defer { _ = try? server.finish() }
        return try load(server.address, engine) {
          $0.reconnect = 1
          $0.stopRule = .messages(1000)
        }
      }
      // One of each address that is tried.
      let count = Int(Connector.mostSources) + 1
      #expect(result.broken == [.connect])
      let reason = try #require(result.invalidReasons.first)
      #expect(
        reason.hasPrefix(
          "connection 0 could not be made anew after message \(count), for no port is left: "))
      #expect(reason.contains(" in TIME-WAIT, of 1 ports. \(PortNeed.remedy)"))
      expectNoNumber(result)
    }
  }
}

extension CountingClock {
  /// Goes on by the time between two looks of a client whose timeout is 16 ms, and waits until it has looked.
  fileprivate func step(unless over: StopSignal) {
    advance(by: .milliseconds(2))
    awaitReaders(unless: over)
  }
}
