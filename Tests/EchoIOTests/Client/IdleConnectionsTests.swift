import Testing

@testable import EchoIO

extension DataPlane {
  /// Connections that are open and silent beside those that carry messages. They connect first.
  struct IdleConnectionsTests {
    @Test(arguments: BackendUnderTest.all, Engine.allCases)
    func `idle connections are opened, left alone and ended`(
      backend: BackendUnderTest, engine: Engine
    ) throws {
      let counters = try withServer(backend, threads: 12) { server in
        let result = try load(server.address, engine) {
          $0.workers = 2
          $0.connections = 2
          $0.idle = 9
        }
        expectValid(result, messages: 10)
        #expect(result.connections.total == 2 && result.connections.served == 2)
        #expect(result.connections.slowestMessages > 0)
        #expect(result.lifetime.bytesSent == result.lifetime.bytesReceived)
      }
      #expect(counters.connections == 11)
      #expect(counters.bytesIn == 10_000)
    }

    @Test(arguments: Engine.allCases)
    func `one that the server closes is missed`(engine: Engine) throws {
      let result = try withLies { conversation in
        if conversation.index != 1 { try conversation.answerHonestly(1000) }
      } _: {
        try load($0, engine) { $0.idle = 3 }
      }
      expectInvalid(result, .missing, "the server closed connection 2, which was idle")
    }

    @Test(arguments: Verification.allCases)
    func `what comes where nothing was sent is a surplus`(verification: Verification) throws {
      let result = try withLies { conversation in
        if conversation.index == 0 { try conversation.peer.send([1, 2, 3]) }
        try conversation.answerHonestly(1000)
      } _: {
        try load($0, .event) {
          $0.idle = 2
          $0.verification = verification
        }
      }
      expectInvalid(
        result, .surplus,
        "the server sent 3 bytes on connection 1, which was idle: nothing had been sent there")
    }

    @Test func `one that the server has forgotten is told by its end, which does not come`() throws
    {
      let clock = ManualClock()
      let result = try withLies { conversation in
        if conversation.index == 0 {
          // Time stands still until all have been answered.
          _ = try conversation.peer.receiveToEnd()
          return clock.run(until: conversation.over)
        }
        try conversation.answerHonestly(1000)
      } _: {
        try load($0, .event, by: clock) {
          $0.idle = 2
          $0.timeout = .milliseconds(64)
        }
      }
      expectInvalid(
        result, .timeout, "the server did not close connection 1 within 64ms of the half-close")
    }

    @Test(arguments: Engine.allCases)
    func `a pool whose threads all wait for idle connections is no measurement, and says why`(
      engine: Engine
    ) throws {
      _ = try withServer(.named("threads"), threads: 2) { server in
        let result = try load(server.address, engine, by: SteppingClock(by: .milliseconds(1))) {
          $0.idle = 3
          $0.stopRule = .duration(.milliseconds(200))
          $0.timeout = .seconds(60)
        }
        #expect(!result.valid && result.unavailable == true)
        #expect(result.broken == [])
        #expect(
          result.invalidReasons == [
            "no message came back within the window: 3 idle connections had been opened before, and a"
              + " server that has a thread for each that it serves may have had none left"
          ])
      }
    }

    @Test func `an interrupted run ends with them`() throws {
      _ = try withServer(.named("threads"), threads: 8) { server in
        let stop = try StopSignal()
        let interruption = try BoundedWork("interruption") { [stop] in
          stop.wait(timeout: .milliseconds(100))
          stop.fire()
        }
        let result = try load(server.address, .event, until: stop) {
          $0.idle = 4
          $0.stopRule = .duration(.seconds(600))
        }
        try interruption.value()
        #expect(result.partial)
        #expect(result.broken == [])
      }
    }
  }

  struct FairnessTests {
    @Test(
      arguments: zip(
        [[5, 5, 5], [1], [0, 7, 0, 7], [4, 0, 0, 0], [1, 2, 3]],
        // Of the last (1 + 2 + 3)² ÷ (3 × 14), by hand.
        [1, 1, 0.5, 0.25, 36.0 / 42]))
    func `Jain's index is the share that is served, where those are served alike`(
      shares: [Int], index: Double
    ) {
      #expect(jainIndex(shares) == index)
    }

    @Test func `of nothing it is unknown`() {
      #expect(jainIndex([]) == nil)
      #expect(jainIndex([0, 0]) == nil)
    }
  }
}
