import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  /// The end of a run, which is bounded whatever the server does; and servers that are only slow.
  @Suite struct EndTests {
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
      #expect(result.broken == [.surplus])
      #expect(result.lifetime.bytesReceived < 64 << 20)
      #expect(result.lifetime.bytesBack == result.lifetime.bytesSent)
      #expect(result.lifetime.bytesDrained ?? 0 > 0)
      expectNoNumber(result)
    }

    @Test(arguments: Engine.allCases)
    func `a trickle after the half-close is bounded in time`(engine: Engine) throws {
      let result = try withLies { conversation in
        try conversation.answerHonestly(1000)
        while !conversation.over.wait(timeout: .milliseconds(5)) {
          try conversation.peer.send([0])
        }
      } _: {
        try load($0, engine)
      }
      #expect(result.broken == [.surplus])
      expectNoNumber(result)
    }

    @Test(arguments: Engine.allCases)
    func `a trickle that nobody verifies is bounded in time`(engine: Engine) throws {
      let start = monotonicNow()
      let result = try withLies { conversation in
        try conversation.peer.send(conversation.peer.receive(1000))
        while !conversation.over.wait(timeout: .milliseconds(5)) {
          try conversation.peer.send([0])
        }
      } _: {
        try load($0, engine) {
          $0.stopRule = .messages(1)
          $0.verification = .off
        }
      }
      #expect(monotonicNow() - start < 10_000_000_000)
      expectValid(result, messages: 1)
      #expect(result.lifetime.bytesReceived > 1000)
    }

    @Test(arguments: Engine.allCases)
    func `a reply that trickles has to be done in time after the window`(engine: Engine) throws {
      let clock = ManualClock()
      let result = try withLies { conversation in
        try conversation.answer(1000) { number, message in
          guard number == 3 else { return message }
          clock.advance(by: .milliseconds(100))
          for byte in message {
            try conversation.peer.send([byte])
            clock.run(for: .milliseconds(4))
          }
          return []
        }
      } _: {
        try load($0, engine, by: clock) {
          $0.stopRule = .duration(.milliseconds(100))
          $0.timeout = .milliseconds(16)
        }
      }
      let reason = try #require(result.invalidReasons.first)
      #expect(
        reason.hasPrefix("the server was not done with message 3 of connection 0 16ms after the"))
      #expect(result.broken == [.timeout])
      #expect(result.counts.completed == 2)
      expectNoNumber(result)
    }

    @Test(arguments: Engine.allCases)
    func `no end after the half-close is a timeout`(engine: Engine) throws {
      let clock = ManualClock()
      let result = try withLies { conversation in
        try conversation.answerHonestly(1000)
        clock.run(until: conversation.over)
      } _: {
        try load($0, engine, by: clock) { $0.timeout = .milliseconds(16) }
      }
      expectInvalid(
        result, .timeout, "the server did not close connection 0 within 16ms of the half-close")
    }

    /// A server that closes none of its connections before it has been told that nothing more comes
    /// on any: one after the other, they would wait for each other until the timeout.
    @Test(arguments: [(Engine.blocking, 20), (.event, 1)])
    func `connections end side by side`(engine: Engine, workers: Int) throws {
      let told = Lock(0)
      let allTold = try StopSignal()
      let result = try withLies { conversation in
        try conversation.answerHonestly(1000)
        let count = told.withLock { told in
          told += 1
          return told
        }
        if count == 20 { allTold.fire() }
        allTold.wait(timeout: .seconds(10))
      } _: {
        try load($0, engine) {
          $0.workers = workers
          $0.connections = 20
          $0.timeout = .seconds(5)
        }
      }
      #expect(result.invalidReasons == [])
      #expect(result.valid && result.connections.total == 20)
    }

    @Test(arguments: Engine.allCases)
    func `a reset after the half-close is no end`(engine: Engine) throws {
      let result = try withLies { conversation in
        try conversation.answerHonestly(1000)
        conversation.peer.reset()
      } _: {
        try load($0, engine)
      }
      expectInvalid(
        result, .reset,
        "connection 0 ended with an error after the half-close: Connection reset by peer")
    }

    @Test(arguments: Engine.allCases, [1, 500, 999])
    func `a reply of which some is held back until the half-close is missing bytes`(
      engine: Engine, count: Int
    ) throws {
      let clock = ManualClock()
      let result = try withLies { conversation in
        guard conversation.index == 1 else { return try conversation.answerHonestly(1000) }
        let message = try conversation.peer.receive(1000)
        try conversation.peer.send(message.prefix(count))
        let waiting = try BoundedWork("clock") { clock.run(until: conversation.over) }
        _ = try conversation.peer.receiveToEnd()
        try conversation.peer.send(message.dropFirst(count))
        try waiting.value()
      } _: {
        try load($0, engine, by: clock) {
          $0.workers = engine == .blocking ? 2 : 1
          $0.connections = 2
          $0.stopRule = .duration(.milliseconds(8))
          $0.timeout = .milliseconds(16)
        }
      }
      let missing = plural(1000 - count, "byte")
      expectInvalid(
        result, .missing,
        "the server returned \(count) bytes for a 1000-byte message: \(missing) of message 1 on"
          + " connection 1 missing, and nothing moved for 16ms")
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
      let clock = ManualClock()
      let result = try withLies { conversation in
        try conversation.answer(1000) { _, message in
          for start in stride(from: 0, to: 900, by: 100) {
            try conversation.peer.send(message[start..<start + 100])
            clock.run(for: .milliseconds(8))
          }
          return Array(message[900...])
        }
      } _: {
        try load($0, engine, by: clock) {
          $0.stopRule = .messages(1)
          $0.timeout = .milliseconds(16)
        }
      }
      expectValid(result, messages: 1)
      #expect(result.latency.max ?? 0 >= 72_000_000)
    }

    @Test(arguments: Engine.allCases)
    func `a client that was stopped for longer than the timeout blames nobody`(
      engine: Engine
    ) throws {
      let clock = ManualClock()
      let result = try withLies { conversation in
        try conversation.answer(1000) { number, message in
          // For the client, an hour passes in its sleep; then it is awake for half a timeout.
          if number % 2 == 0 {
            clock.advance(by: .seconds(3600))
            clock.run(for: .milliseconds(8))
          }
          return message
        }
        clock.advance(by: .seconds(3600))
        clock.run(for: .milliseconds(8))
      } _: {
        try load($0, engine, by: clock) { $0.timeout = .milliseconds(16) }
      }
      expectValid(result, messages: 5)
    }
  }
}

struct AwakeTimeTests {
  @Test func `looks that come in time count as they are`() {
    var awake = AwakeTime(from: 1000, interval: TimeSpan(nanoseconds: 10))
    #expect(awake.nextLook == 1010)
    awake.look(at: 1010)
    awake.look(at: 1025)
    #expect(awake.now == 25)
    #expect(awake.nextLook == 1035)
  }

  @Test func `a look that comes late counts as two intervals`() {
    var awake = AwakeTime(from: 0, interval: TimeSpan(nanoseconds: 10))
    awake.look(at: 5_000_000)
    #expect(awake.now == 20)
    awake.look(at: 5_000_010)
    #expect(awake.now == 30)
  }
}
