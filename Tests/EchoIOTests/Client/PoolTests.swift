import Testing

@testable import EchoIO

extension DataPlane {
  /// Servers that serve a few connections at a time, and the end of many.
  @Suite struct PoolTests {
    @Test(arguments: Engine.allCases, Verification.allCases)
    func `a pool with fewer threads than connections serves the rest in the end`(
      engine: Engine, verification: Verification
    ) throws {
      let counters = try withServer(.named("threads"), threads: 2) { server in
        let clock = SteppingClock(by: .milliseconds(1))
        let result = try load(server.address, engine, by: clock) {
          $0.verification = verification
          $0.workers = engine == .blocking ? 6 : 2
          $0.connections = 6
          $0.stopRule = .duration(.seconds(2))
          $0.timeout = .seconds(60)
        }
        expectValid(result, messages: result.counts.completed)
        // As many as there are threads, or fewer where one had to wait for a CPU all the time.
        #expect((1...2).contains(result.connections.served))
        #expect(result.connections.slowestMessages == 0)
        #expect(result.lifetime.bytesSent == result.lifetime.bytesReceived)
        // Each of the six was sent to, and four were in the queue.
        #expect(result.lifetime.bytesSent >= (result.counts.completed + 6) * 1000)
      }
      #expect(counters.connections == 6)
      #expect(counters.bytesIn == counters.bytesOut)
    }

    @Test(arguments: Engine.allCases)
    func `who waits for a turn is not blamed for the timeout, as long as others are served`(
      engine: Engine
    ) throws {
      let clock = ManualClock()
      let turns = Lock(0)
      let result = try withLies { conversation in
        try turns.withLock { turn in
          turn += 1
          let isFirst = turn == 1
          try conversation.answer(1000) { number, message in
            // Ten timeouts pass while the other connection waits.
            if isFirst, number <= 20 { clock.run(for: .milliseconds(8)) }
            return message
          }
        }
      } _: {
        try load($0, engine, by: clock) {
          $0.workers = engine == .blocking ? 2 : 1
          $0.connections = 2
          $0.stopRule = .duration(.milliseconds(150))
          $0.timeout = .milliseconds(16)
        }
      }
      expectValid(result, messages: result.counts.completed)
      #expect(result.connections.served == 1)
      #expect(result.lifetime.bytesReceived == result.lifetime.bytesSent)
    }

    @Test(arguments: Engine.allCases)
    func `who waits for a turn that never comes is blamed in the end`(engine: Engine) throws {
      let clock = ManualClock()
      let result = try withLies { conversation in
        guard conversation.index == 0 else { return clock.run(until: conversation.over) }
        try conversation.answerHonestly(1000)
      } _: {
        try load($0, engine, by: clock) {
          $0.workers = engine == .blocking ? 2 : 1
          $0.connections = 2
          $0.stopRule = .duration(.milliseconds(40))
          $0.timeout = .milliseconds(16)
        }
      }
      expectInvalid(
        result, .timeout, "the server did not answer message 1 of connection 1 within 16ms")
    }

    @Test func `a run does not wait longer than told for a pool that goes on and on`() throws {
      let clock = ManualClock()
      let turns = Lock(())
      let count = 30
      let result = try withLies { conversation in
        try turns.withLock { _ in
          // Most of a timeout.
          try conversation.answer(1000, after: .milliseconds(12), of: clock)
        }
      } _: {
        try load($0, .event, by: clock) {
          $0.connections = count
          $0.stopRule = .duration(.milliseconds(20))
          $0.timeout = .milliseconds(16)
        }
      }
      // The last would have had its turn after more than twenty timeouts.
      expectValid(result, messages: 1)
      #expect(result.connections.served == 1)
      #expect(result.lifetime.bytesReceived < count * 1000)
    }

    @Test(arguments: Engine.allCases)
    func `all connections are half-closed side by side`(engine: Engine) throws {
      let count = 60
      let ends = try Barrier(count)
      let result = try withLies { conversation in
        try conversation.answerHonestly(1000)
        // Nobody closes before everybody has been half-closed.
        ends.pass()
      } _: {
        try load($0, engine) {
          $0.workers = engine == .blocking ? count : 2
          $0.connections = count
          $0.stopRule = .messages(count)
          $0.timeout = .seconds(20)
        }
      }
      expectValid(result, messages: result.counts.completed)
      #expect(result.lifetime.bytesReceived == result.lifetime.bytesSent)
    }
  }
}

/// Lets nobody pass before all are there.
private final class Barrier: Sendable {
  private let missing: Lock<Int>
  private let isComplete: StopSignal

  init(_ count: Int) throws {
    missing = Lock(count)
    isComplete = try StopSignal()
  }

  func pass() {
    let isLast = missing.withLock { missing in
      missing -= 1
      return missing == 0
    }
    if isLast { isComplete.fire() }
    isComplete.wait(timeout: .seconds(20))
  }
}
