import Testing

@testable import EchoIO

extension DataPlane {
  /// What is counted, and when.
  @Suite struct WindowTests {
    @Test(arguments: Engine.allCases)
    func `a number of messages is counted exactly, per worker`(engine: Engine) throws {
      let counters = try withServer(.named("threads")) { server in
        let result = try load(server.address, engine) {
          $0.workers = 3
          $0.connections = 3
          $0.stopRule = .messages(70)
        }
        expectValid(result, messages: 3 * 70)
        #expect(result.sent == 3 * 70)
        #expect(result.slowestMessages == 70 && result.fastestMessages == 70)
        #expect(result.connectionsServed == 3)
        #expect(result.lifetimeBytesSent == 3 * 70 * 1000)
        #expect(result.lifetimeBytesReceived == 3 * 70 * 1000)
        #expect(result.latency.count == 3 * 70)
      }
      #expect(counters.bytesIn == 3 * 70 * 1000)
      #expect(counters.bytesOut == counters.bytesIn)
    }

    @Test func `a worker with several connections counts its messages over all of them`() throws {
      try withServer(.named("threads")) { server in
        let result = try load(server.address, .event) {
          $0.workers = 2
          $0.connections = 7
          $0.stopRule = .messages(100)
        }
        expectValid(result, messages: 2 * 100)
        #expect((2...7).contains(result.connectionsServed))
        #expect(result.lifetimeBytesReceived == result.lifetimeBytesSent)
      }
    }

    @Test(arguments: Engine.allCases)
    func `a message that comes back after the window is not counted`(engine: Engine) throws {
      let result = try undisturbed(completed: 10) {
        try withLies { conversation in
          try conversation.answer(1000) { number, message in
            if number == 11 { conversation.over.wait(timeout: .milliseconds(1600)) }
            return message
          }
        } _: {
          try load($0, engine) { $0.stopRule = .duration(.seconds(1)) }
        }
      }
      expectValid(result, messages: 10)
      #expect(result.sent == 11)
      #expect(result.windowNanoseconds == 1_000_000_000)
      #expect(result.messagesPerSecond == 10)
      #expect(result.bytesPerSecond == 10_000)
      #expect(result.lifetimeBytesReceived == 11_000)
    }

    @Test(arguments: Engine.allCases)
    func `messages that come back during the warm-up are not counted`(engine: Engine) throws {
      let result = try undisturbed(completed: 5) {
        try withLies { conversation in
          try conversation.answer(1000) { number, message in
            // Five at once; the sixth when the warm-up is over; the eleventh after the window.
            if number == 6 { conversation.over.wait(timeout: .milliseconds(900)) }
            if number == 11 { conversation.over.wait(timeout: .milliseconds(1400)) }
            return message
          }
        } _: {
          try load($0, engine) {
            $0.warmup = .milliseconds(600)
            $0.stopRule = .duration(.seconds(1))
          }
        }
      }
      expectValid(result, messages: 5)
      #expect(result.warmupNanoseconds == 600_000_000)
      #expect(result.windowNanoseconds == 1_000_000_000)
      #expect(result.lifetimeBytesReceived == 11_000)
    }

    @Test(arguments: Engine.allCases)
    func `a window in which nothing comes back is no measurement`(engine: Engine) throws {
      let result = try withLies { conversation in
        try conversation.answer(1000) { _, message in
          conversation.over.wait(timeout: .milliseconds(600))
          return message
        }
      } _: {
        try load($0, engine) { $0.stopRule = .duration(.milliseconds(200)) }
      }
      #expect(result.invalidReasons == ["no message came back within the window"])
      expectNoNumber(result)
    }

    @Test(arguments: BackendUnderTest.all, Engine.allCases)
    func `a window by duration is a measurement of every backend`(
      backend: BackendUnderTest, engine: Engine
    ) throws {
      let counters = try withServer(backend) { server in
        let result = try undisturbed(served: 3) {
          try load(server.address, engine) {
            $0.workers = 3
            $0.connections = 3
            $0.warmup = .milliseconds(50)
            $0.stopRule = .duration(.milliseconds(300))
          }
        }
        expectValid(result, messages: result.completed)
        #expect(result.windowNanoseconds == 300_000_000)
        #expect(result.connectionsServed == 3)
        #expect(result.lifetimeBytesSent == result.lifetimeBytesReceived)
        #expect(result.lifetimeBytesSent > result.completed * 1000)
        #expect(result.client != nil && result.machine != nil && result.server == nil)
      }
      #expect(counters.bytesIn == counters.bytesOut)
    }

    @Test(arguments: BackendUnderTest.all, Engine.allCases)
    func `messages of 64 MiB do not deadlock`(backend: BackendUnderTest, engine: Engine) throws {
      try withServer(backend, bufferSize: 4096) { server in
        let result = try load(server.address, engine) {
          $0.size = ByteCount(64 << 20)
          $0.stopRule = .messages(1)
        }
        expectValid(result, messages: 1)
        #expect(result.lifetimeBytesReceived == 64 << 20)
      }
    }

    @Test(arguments: Engine.allCases, Verification.allCases)
    func `a pool with fewer threads than connections serves the rest in the end`(
      engine: Engine, verification: Verification
    ) throws {
      let counters = try withServer(.named("threads"), threads: 2) { server in
        let result = try undisturbed(served: 2) {
          try load(server.address, engine) {
            $0.verification = verification
            $0.workers = engine == .blocking ? 6 : 2
            $0.connections = 6
            $0.stopRule = .duration(.milliseconds(300))
          }
        }
        expectValid(result, messages: result.completed)
        #expect(result.connectionsServed == 2)
        #expect(result.slowestMessages == 0)
        #expect(result.lifetimeBytesSent == result.lifetimeBytesReceived)
      }
      // Once, or as often as the run was disturbed.
      #expect(counters.connections > 0 && counters.connections % 6 == 0)
      #expect(counters.bytesIn == counters.bytesOut)
    }
  }
}
