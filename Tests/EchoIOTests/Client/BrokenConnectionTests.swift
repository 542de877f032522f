import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  /// Servers that fall silent, break off or never end.
  @Suite struct BrokenConnectionTests {
    @Test(arguments: Engine.allCases)
    func `silence is a timeout`(engine: Engine) throws {
      let clock = ManualClock()
      let result = try withLies {
        clock.run(until: $0.over)
      } _: {
        try load($0, engine, by: clock) { $0.timeout = .milliseconds(16) }
      }
      expectInvalid(
        result, .timeout, "the server did not answer message 1 of connection 0 within 16ms")
    }

    @Test(arguments: Engine.allCases)
    func `silence after a while is a timeout`(engine: Engine) throws {
      let clock = ManualClock()
      let result = try withLies { conversation in
        try conversation.answer(1000) { number, message in
          if number == 3 { clock.run(until: conversation.over) }
          return message
        }
      } _: {
        try load($0, engine, by: clock) { $0.timeout = .milliseconds(16) }
      }
      expectInvalid(
        result, .timeout, "the server did not answer message 3 of connection 0 within 16ms")
      #expect(result.counts.completed == 2)
    }

    @Test(arguments: Engine.allCases)
    func `a reply that comes after the timeout was a stall`(engine: Engine) throws {
      let clock = ManualClock()
      let result = try withLies { conversation in
        try conversation.answer(1000) { number, message in
          if number == 3 { clock.run(for: .milliseconds(100)) }
          return message
        }
      } _: {
        try load($0, engine, by: clock) { $0.timeout = .milliseconds(16) }
      }
      expectInvalid(
        result, .timeout, "the server did not answer message 3 of connection 0 within 16ms")
    }

    @Test(arguments: [1, 5])
    func `a silent connection is seen beside a busy one`(size: Int) throws {
      let clock = ManualClock()
      let result = try withLies { conversation in
        try conversation.answer(size) { number, message in
          // The first of them is never quiet, and time passes with its messages.
          if conversation.index == 0 {
            clock.advance(by: .milliseconds(1))
          } else if number == 2 {
            conversation.over.wait(timeout: .seconds(30))
          }
          return message
        }
      } _: {
        try load($0, .event, by: clock) {
          $0.size = ByteCount(size)
          $0.connections = 2
          $0.stopRule = .duration(.seconds(600))
          $0.timeout = .milliseconds(500)
        }
      }
      expectInvalid(
        result, .timeout, "the server did not answer message 2 of connection 1 within 500ms")
    }

    @Test func `a silent connection is seen beside one that trickles`() throws {
      let clock = ManualClock()
      let result = try withLies { conversation in
        let message = try conversation.peer.receive(64 << 10)
        if conversation.index == 1 {
          try conversation.peer.send(message)
          conversation.over.wait(timeout: .seconds(30))
          return
        }
        for byte in message {
          try conversation.peer.send([byte])
          clock.advance(by: .milliseconds(1))
        }
      } _: {
        try load($0, .event, by: clock) {
          $0.size = ByteCount(64 << 10)
          $0.connections = 2
          $0.stopRule = .duration(.seconds(600))
          $0.timeout = .milliseconds(500)
        }
      }
      expectInvalid(
        result, .timeout, "the server did not answer message 2 of connection 1 within 500ms")
    }

    @Test(arguments: Engine.allCases)
    func `a server that never reads is a timeout, not a deadlock`(engine: Engine) throws {
      let clock = ManualClock()
      let result = try withLies {
        clock.run(until: $0.over)
      } _: {
        try load($0, engine, by: clock) {
          $0.size = ByteCount(64 << 20)
          $0.timeout = .milliseconds(16)
        }
      }
      let reason = try #require(result.invalidReasons.first)
      #expect(reason.hasPrefix("the server stopped reading: connection 0 could send "))
      #expect(reason.hasSuffix(" of the 67108864 bytes of message 1, and nothing moved for 16ms"))
      #expect(result.broken == [.timeout])
      expectNoNumber(result)
    }

    @Test(arguments: Engine.allCases)
    func `a message of gigabytes is a message like any other`(engine: Engine) throws {
      let result = try withLies { conversation in
        while !(try conversation.peer.receiveOnce(64 << 10)).isEmpty {}
      } _: {
        try load($0, engine) {
          $0.size = ByteCount(8 << 30)
          $0.stopRule = .duration(.milliseconds(50))
          $0.timeout = .milliseconds(50)
        }
      }
      // Its bytes move until the run has to end.
      #expect(result.invalidReasons != [])
      #expect(result.lifetime.bytesSent > 1 << 20)
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

    /// That it reads no more shows when the next message is sent, and at its end nothing else is left to tell.
    @Test(arguments: Engine.allCases)
    func `a server that reads no more and ends is told from one that ends`(engine: Engine) throws {
      let result = try withUnixAddress { address in
        try withLies(on: address) { conversation in
          let message = try conversation.peer.receive(1000)
          shutdown(conversation.peer.descriptor, Int32(SHUT_RD))
          try conversation.peer.send(message)
        } _: {
          try load($0, engine)
        }
      }
      expectInvalid(
        result, .reset,
        "connection 0 was lost after 0 of the 1000 bytes of message 2: Broken pipe")
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
      #expect(result.counts.completed == 1)
      #expect(result.counts.sent == 2)
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
      #expect(result.counts.completed == 0)
      #expect(result.window.duration == 0)
    }

    @Test(arguments: Engine.allCases)
    func `nobody listening is an error of the set-up`(engine: Engine) async {
      await #expect(processExitsWith: .success) { [engine] in
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
                owning: try Socket.connected(to: address, timeout: .milliseconds(50)).release()))
          }
        }
        #expect(error?.errno == ETIMEDOUT)
      }
    }
  }
}
