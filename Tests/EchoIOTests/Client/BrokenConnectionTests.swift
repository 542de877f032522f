import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  /// Servers that fall silent, break off or never end; and two that are only slow.
  @Suite struct BrokenConnectionTests {
    @Test(arguments: Engine.allCases)
    func `silence is a timeout`(engine: Engine) throws {
      let result = try withLies {
        $0.over.wait(timeout: .seconds(30))
      } _: {
        try load($0, engine) { $0.timeout = .milliseconds(300) }
      }
      expectInvalid(
        result, .timeout, "the server did not answer message 1 of connection 0 within 300ms")
    }

    @Test(arguments: Engine.allCases)
    func `silence after a while is a timeout`(engine: Engine) throws {
      let result = try withLies { conversation in
        try conversation.answer(1000) { number, message in
          if number == 3 { conversation.over.wait(timeout: .seconds(30)) }
          return message
        }
      } _: {
        try load($0, engine) { $0.timeout = .milliseconds(300) }
      }
      expectInvalid(
        result, .timeout, "the server did not answer message 3 of connection 0 within 300ms")
    }

    @Test(arguments: Engine.allCases)
    func `a reply that comes after the timeout was a stall`(engine: Engine) throws {
      let result = try withLies { conversation in
        try conversation.answer(1000) { number, message in
          if number == 3 { conversation.over.wait(timeout: .milliseconds(450)) }
          return message
        }
      } _: {
        try load($0, engine) { $0.timeout = .milliseconds(300) }
      }
      expectInvalid(
        result, .timeout, "the server did not answer message 3 of connection 0 within 300ms")
    }

    @Test func `half a reply and a close after the half-close are told in this order`() throws {
      let result = try withLies { conversation in
        try conversation.peer.send(Array(try conversation.peer.receive(1000).prefix(500)))
        _ = try conversation.peer.receiveToEnd()
      } _: {
        try load($0, .event) { $0.stopRule = .duration(.milliseconds(300)) }
      }
      expectInvalid(
        result, .missing,
        "the server answered 500 of the 1000 bytes of message 1, and closed connection 0 when told"
          + " that no more would come")
    }

    @Test(arguments: Engine.allCases)
    func `a server that never reads is a timeout, not a deadlock`(engine: Engine) throws {
      let result = try withLies {
        $0.over.wait(timeout: .seconds(30))
      } _: {
        try load($0, engine) {
          $0.size = ByteCount(64 << 20)
          $0.timeout = .milliseconds(300)
        }
      }
      let reason = try #require(result.invalidReasons.first)
      #expect(reason.hasPrefix("the server stopped reading: connection 0 could send "))
      #expect(
        reason.hasSuffix(" of the 67108864 bytes of message 1, and nothing moved for 300ms"))
      #expect(result.failures.map(\.kind) == [.timeout])
      expectNoNumber(result)
    }

    @Test(arguments: Engine.allCases)
    func `a reset is told from a close`(engine: Engine) throws {
      let result = try withLies { conversation in
        try conversation.answer(1000) { number, message in
          if number == 2 { conversation.peer.reset() }
          return message
        }
      } _: {
        try load($0, engine)
      }
      expectInvalid(
        result, .reset,
        "connection 0 was lost after 0 of the 1000 bytes of message 2: Connection reset by peer")
    }

    @Test(arguments: Engine.allCases)
    func `an early close is missing bytes`(engine: Engine) throws {
      let result = try withLies { conversation in
        try conversation.peer.send(conversation.peer.receive(1000))
        try conversation.peer.send(conversation.peer.receive(1000).prefix(400))
      } _: {
        try load($0, engine)
      }
      expectInvalid(
        result, .missing, "the server closed connection 0 after 400 of the 1000 bytes of message 2")
      #expect(result.completed == 1)
    }

    @Test(arguments: Engine.allCases)
    func `a close in the warm-up ends the run then`(engine: Engine) throws {
      let result = try withLies { conversation in
        try conversation.peer.send(conversation.peer.receive(1000))
        // Message 2 is taken: closing with it unread would be a reset.
        _ = try conversation.peer.receive(1000)
      } _: {
        try load($0, engine) {
          $0.stopRule = .duration(.seconds(60))
          $0.warmup = .seconds(60)
        }
      }
      expectInvalid(
        result, .missing, "the server closed connection 0 after 0 of the 1000 bytes of message 2")
      #expect(result.completed == 0)
    }

    @Test(arguments: Engine.allCases)
    func `nobody listening is an error of the set-up`(engine: Engine) throws {
      let address: Address
      do {
        let listener = try Socket.listening(on: RunningServer.loopback)
        address = try listener.boundAddress(requested: RunningServer.loopback)
      }
      let error = #expect(throws: SystemError.self) { try load(address, engine) }
      #expect(error?.errno == ECONNREFUSED)
      #expect(
        error?.description
          == "connect \(address): Connection refused. Is the server running?"
          + " Start one with: echobench server --address \(address)")
    }

    @Test func `a unix listener whose backlog stays full is waited for no longer than told`() throws
    {
      try withUnixAddress { address in
        let listener = try Socket.listening(on: address)
        // listen(2) again makes the backlog shorter: one connection waits, and one more.
        listen(listener.descriptor, 0)
        var waiting: [Peer] = []
        let error = #expect(throws: SystemError.self) {
          while waiting.count < 10 {
            waiting.append(
              Peer(
                owning: try Socket.connected(to: address, timeout: .milliseconds(200)).release()))
          }
        }
        #expect(error?.errno == ETIMEDOUT)
      }
    }

    @Test(arguments: Engine.allCases)
    func `a flood after the half-close is bounded in bytes and time`(engine: Engine) throws {
      let result = try withLies { conversation in
        try conversation.answerHonestly(1000)
        let flood = scrambledBytes(1 << 20)
        while true { try conversation.peer.send(flood) }
      } _: {
        try load($0, engine)
      }
      let reason = try #require(result.invalidReasons.first)
      #expect(
        reason.hasPrefix(
          "the server went on sending after the half-close: on connection 0 more than "))
      #expect(result.failures.map(\.kind) == [.surplus])
      #expect(result.lifetimeBytesReceived < 64 << 20)
      #expect(result.lifetimeBytesReceived - result.drainedBytes == result.lifetimeBytesSent)
      expectNoNumber(result)
    }

    @Test(arguments: Engine.allCases)
    func `a trickle after the half-close is bounded in time`(engine: Engine) throws {
      let result = try withLies { conversation in
        try conversation.answerHonestly(1000)
        while !conversation.over.wait(timeout: .milliseconds(20)) {
          try conversation.peer.send([0])
        }
      } _: {
        try load($0, engine) { $0.timeout = .milliseconds(500) }
      }
      #expect(result.failures.map(\.kind) == [.surplus])
      expectNoNumber(result)
    }

    @Test(arguments: Engine.allCases)
    func `no end after the half-close is a timeout`(engine: Engine) throws {
      let result = try withLies { conversation in
        try conversation.answerHonestly(1000)
        conversation.over.wait(timeout: .seconds(30))
      } _: {
        try load($0, engine) { $0.timeout = .milliseconds(300) }
      }
      expectInvalid(
        result, .timeout, "the server did not close connection 0 within 300ms of the half-close")
    }

    @Test(arguments: Engine.allCases)
    func `a reply in pieces of seven bytes is a reply`(engine: Engine) throws {
      let result = try withLies { conversation in
        setOption(conversation.peer.descriptor, Int32(IPPROTO_TCP), TCP_NODELAY)
        while case let message = try conversation.peer.receive(1000), !message.isEmpty {
          for start in stride(from: 0, to: message.count, by: 7) {
            try conversation.peer.send(message[start..<min(start + 7, message.count)])
          }
        }
      } _: {
        try load($0, engine)
      }
      expectValid(result, messages: 5)
    }

    @Test(arguments: Engine.allCases)
    func `a reply that takes longer than the timeout, but moves, is no stall`(
      engine: Engine
    ) throws {
      let result = try withLies { conversation in
        try conversation.answer(1000) { _, message in
          for start in stride(from: 0, to: 900, by: 100) {
            try conversation.peer.send(message[start..<start + 100])
            conversation.over.wait(timeout: .milliseconds(300))
          }
          return Array(message[900...])
        }
      } _: {
        try load($0, engine) {
          $0.stopRule = .messages(1)
          $0.timeout = .seconds(2)
        }
      }
      expectValid(result, messages: 1)
    }
  }
}
