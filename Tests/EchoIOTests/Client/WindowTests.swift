import Testing

@testable import EchoIO

extension DataPlane {
  /// What is counted, and when. Where it depends on the clock, a server moves that.
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
        #expect(result.counts.sent == 3 * 70)
        #expect(result.window.messagesPerWorker == 70)
        #expect(result.connections.slowestMessages == 70)
        #expect(result.connections.fastestMessages == 70)
        #expect(result.connections.served == 3)
        #expect(result.lifetime.bytesSent == 3 * 70 * 1000)
        #expect(result.lifetime.bytesReceived == 3 * 70 * 1000)
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
        // Each connection but the one that ended the window has a message on its way.
        #expect(result.counts.sent == 2 * 100 + 5)
        #expect((2...7).contains(result.connections.served))
        #expect(result.lifetime.bytesReceived == result.lifetime.bytesSent)
      }
    }

    @Test(arguments: Engine.allCases)
    func `a message that comes back after the window is not counted`(engine: Engine) throws {
      let clock = ManualClock()
      let result = try withLies { conversation in
        try conversation.answer(1000) { number, message in
          clock.advance(by: number <= 10 ? .milliseconds(90) : .milliseconds(101))
          return message
        }
      } _: {
        try load($0, engine, by: clock) { $0.stopRule = .duration(.seconds(1)) }
      }
      expectValid(result, messages: 10)
      #expect(result.counts.sent == 11)
      #expect(result.window.duration == 1_000_000_000)
      #expect(result.throughput.messagesPerSecond == 10)
      #expect(result.throughput.bytesPerSecond == 10_000)
      #expect(result.lifetime.bytesReceived == 11_000)
    }

    @Test(arguments: Engine.allCases)
    func `a window begins with its first moment and ends before its last`(engine: Engine) throws {
      let clock = ManualClock()
      let result = try withLies { conversation in
        try conversation.answer(1000) { number, message in
          // The third comes back as the window begins, the seventh as it ends.
          clock.advance(by: .milliseconds(number <= 3 ? 100 : 250))
          return message
        }
      } _: {
        try load($0, engine, by: clock) {
          $0.warmup = .milliseconds(300)
          $0.stopRule = .duration(.seconds(1))
        }
      }
      expectValid(result, messages: 4)
      #expect(result.counts.sent == 5)
      #expect(result.connections.slowestMessages == 4)
      #expect(result.connections.fastestMessages == 4)
      // The third is among them, and the seventh is not.
      #expect(result.latency.min == 100_000_000)
      #expect(result.latency.mean == 212_500_000)
    }

    @Test(arguments: Engine.allCases)
    func `messages that come back during the warm-up are not counted`(engine: Engine) throws {
      let clock = ManualClock()
      let result = try withLies { conversation in
        try conversation.answer(1000) { number, message in
          clock.advance(by: .milliseconds(number == 6 ? 600 : number == 11 ? 1000 : 10))
          return message
        }
      } _: {
        try load($0, engine, by: clock) {
          $0.warmup = .milliseconds(600)
          $0.stopRule = .duration(.seconds(1))
        }
      }
      // The sixth to the tenth.
      expectValid(result, messages: 5)
      #expect(result.window.warmup == 600_000_000)
      #expect(result.window.duration == 1_000_000_000)
      #expect(result.lifetime.bytesReceived == 11_000)
      // The sixth took 600 ms, the others ten.
      #expect(result.latency.min == 10_000_000)
      #expect(result.latency.max == 600_000_000)
      #expect(result.latency.mean == 128_000_000)
    }

    @Test(arguments: Engine.allCases)
    func `a round trip is from before the message to after the reply`(engine: Engine) throws {
      let clock = ManualClock()
      let result = try withLies { conversation in
        try conversation.answer(1000) { _, message in
          clock.advance(by: .milliseconds(7))
          return message
        }
      } _: {
        try load($0, engine, by: clock) { $0.stopRule = .messages(30) }
      }
      expectValid(result, messages: 30)
      #expect(result.latency.min == 7_000_000)
      #expect(result.latency.max == 7_000_000)
      #expect(result.latency.mean == 7_000_000)
      #expect(result.window.duration == 210_000_000)
    }

    @Test(arguments: Engine.allCases)
    func `a window that passes while nothing comes back is no measurement`(engine: Engine) throws {
      let clock = ManualClock()
      let result = try withLies { conversation in
        try conversation.answer(1000) { _, message in
          clock.advance(by: .milliseconds(600))
          return message
        }
      } _: {
        try load($0, engine, by: clock) { $0.stopRule = .duration(.milliseconds(200)) }
      }
      #expect(result.invalidReasons == ["no message came back within the window"])
      expectNoNumber(result)
    }

    @Test(arguments: Engine.allCases)
    func `a window ends in time though the reply still trickles`(engine: Engine) throws {
      let clock = ManualClock()
      let result = try withLies { conversation in
        try conversation.answer(1000) { number, message in
          guard number == 3 else { return message }
          clock.advance(by: .seconds(1))
          for byte in message.dropLast() {
            try conversation.peer.send([byte])
            clock.advance(by: .milliseconds(1))
          }
          return message.suffix(1)
        }
      } _: {
        try load($0, engine, by: clock) {
          $0.stopRule = .duration(.seconds(1))
          $0.timeout = .seconds(20)
        }
      }
      expectValid(result, messages: 2)
      #expect(result.counts.sent == 3)
      #expect(result.window.duration == 1_000_000_000)
      #expect(result.lifetime.bytesReceived == 3000)
    }

    @Test(arguments: BackendUnderTest.all, Engine.allCases)
    func `a window by duration is a measurement of every backend`(
      backend: BackendUnderTest, engine: Engine
    ) throws {
      let counters = try withServer(backend) { server in
        let clock = SteppingClock(by: .milliseconds(1))
        let result = try load(server.address, engine, by: clock) {
          $0.workers = 3
          $0.connections = 3
          $0.warmup = .milliseconds(50)
          $0.stopRule = .duration(.seconds(6))
          $0.timeout = .seconds(60)
        }
        expectValid(result, messages: result.counts.completed)
        #expect(result.window.duration == 6_000_000_000)
        #expect(result.lifetime.bytesSent == result.lifetime.bytesReceived)
        #expect(result.lifetime.bytesSent > result.counts.completed * 1000)
        #expect(result.server == nil && result.serverUnknown == nil)
      }
      #expect(counters.bytesIn == counters.bytesOut)
    }

    @Test(arguments: Engine.allCases)
    func `a run says when its window began, and what was used in it`(engine: Engine) throws {
      try withServer(.named("threads")) { server in
        let before = unixNow()
        let result = try load(server.address, engine) {
          $0.warmup = .milliseconds(100)
          $0.stopRule = .duration(.milliseconds(200))
          $0.timeout = .seconds(30)
        }
        let after = unixNow()
        expectValid(result, messages: result.counts.completed)
        #expect(result.window.startUnix >= before + 100_000_000)
        #expect(result.window.startUnix + result.window.duration <= after)
        // This machine may have stood still at an edge of the window.
        #expect(result.window.usage ?? 0 > 0)
        #expect(result.cpu.nanoseconds > 0)
        #expect(result.cpu.nanoseconds <= 2 * (after - before))
        let covered = Double(result.window.usage ?? 0) / Double(result.window.duration)
        if (0.5...2).contains(covered) {
          #expect(result.client?.cpuNanoseconds ?? 0 > 0)
          #expect(result.machine != nil)
        }
      }
    }

    @Test(arguments: BackendUnderTest.all, Engine.allCases)
    func `messages larger than the socket buffers do not deadlock`(
      backend: BackendUnderTest, engine: Engine
    ) throws {
      try withServer(backend, bufferSize: 4096) { server in
        // More than all four buffers hold (tcp(7): tcp_wmem and tcp_rmem, 4 and 6 MiB).
        let size = 24 << 20
        let result = try load(server.address, engine) {
          $0.size = ByteCount(size)
          $0.stopRule = .messages(1)
        }
        expectValid(result, messages: 1)
        #expect(result.lifetime.bytesReceived == size)
      }
    }
  }
}
