import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  /// A run that its caller ends early.
  @Suite struct InterruptionTests {
    @Test(arguments: BackendUnderTest.all, Engine.allCases)
    func `an interrupted run keeps what it has measured`(
      backend: BackendUnderTest, engine: Engine
    ) throws {
      try withServer(backend) { server in
        let stop = try StopSignal()
        let clock = FiringClock(stop)
        let result = try load(server.address, engine, until: stop, by: clock) {
          $0.workers = 2
          $0.connections = 2
          $0.stopRule = .duration(.seconds(600))
        }
        #expect(result.partial)
        expectValid(result, messages: result.counts.completed)
        #expect(result.connections.served == 2)
        #expect(result.window.duration < 60_000_000_000)
      }
    }

    @Test(arguments: Engine.allCases)
    func `a window that was cut short is as long as it was`(engine: Engine) throws {
      let clock = ManualClock()
      let stop = try StopSignal()
      let result = try withLies { conversation in
        try conversation.answer(1000) { number, message in
          clock.advance(by: .milliseconds(100))
          if number == 3 {
            // The client waits for this reply until after its window would have ended.
            clock.advance(by: .milliseconds(700))
            stop.fire()
            conversation.over.wait(timeout: .seconds(30))
          }
          return message
        }
      } _: {
        try load($0, engine, until: stop, by: clock) {
          $0.stopRule = .duration(.milliseconds(1200))
          $0.timeout = .seconds(30)
        }
      }
      #expect(result.partial)
      #expect(result.counts.completed == 2)
      #expect(result.counts.sent == 3)
      // The silence is a part of it.
      #expect(result.window.duration == 1_000_000_000)
    }

    @Test(arguments: Engine.allCases)
    func `a run is interrupted promptly while the server is silent`(engine: Engine) throws {
      try interrupted(engine) { conversation, stop in
        // Two answers, then silence, and the interruption while the client waits.
        try conversation.answer(1000) { number, message in
          if number == 3 {
            stop.fire()
            conversation.over.wait(timeout: .seconds(30))
          }
          return message
        }
      } check: { result in
        #expect(result.counts.completed == 2)
      }
    }

    @Test(arguments: Engine.allCases)
    func `a run is interrupted promptly before its first reply`(engine: Engine) throws {
      try interrupted(engine) { conversation, stop in
        _ = try conversation.peer.receive(1000)
        stop.fire()
        conversation.over.wait(timeout: .seconds(30))
      } check: { result in
        expectNoNumber(result)
      }
    }

    @Test(arguments: Engine.allCases)
    func `a run is interrupted promptly while its message does not fit the socket`(
      engine: Engine
    ) throws {
      try interrupted(engine, size: 64 << 20) { conversation, stop in
        _ = try conversation.peer.receive(1000)
        stop.fire()
        conversation.over.wait(timeout: .seconds(30))
      } check: { result in
        expectNoNumber(result)
      }
    }

    @Test(arguments: Engine.allCases)
    func `a run is interrupted promptly while it waits for the end of a connection`(
      engine: Engine
    ) throws {
      try interrupted(engine) { conversation, stop in
        try conversation.answerHonestly(1000)
        stop.fire()
        conversation.over.wait(timeout: .seconds(30))
      } check: { result in
        #expect(result.counts.completed == 5)
      }
    }

    @Test(arguments: Engine.allCases)
    func `a run that is stopped before it connects says so`(engine: Engine) throws {
      let stop = try StopSignal()
      stop.fire()
      #expect(throws: SystemError.self) {
        try load(RunningServer.loopback, engine, until: stop)
      }
    }

    /// A run against a server that fires the signal; its timeout is far longer than this may take.
    private func interrupted(
      _ engine: Engine, size: Int = 1000,
      _ talk: @escaping @Sendable (Conversation, StopSignal) throws -> Void,
      check: (ClientReport) -> Void
    ) throws {
      let stop = try StopSignal()
      let start = monotonicNow()
      let result = try withLies {
        try talk($0, stop)
      } _: {
        try load($0, engine, until: stop) {
          $0.size = ByteCount(size)
          $0.timeout = .seconds(30)
        }
      }
      #expect(monotonicNow() - start < 10_000_000_000)
      #expect(result.partial)
      #expect(result.invalidReasons == [])
      check(result)
    }
  }
}

/// The monotonic clock, which fires a signal once two threads have asked it often enough: two
/// workers that have exchanged messages for a while.
private final class FiringClock: RunClock {
  private let signal: StopSignal
  private let asked = Lock<[UInt: Int]>([:])

  init(_ signal: StopSignal) {
    self.signal = signal
  }

  func now() -> UInt64 {
    let isEnough = asked.withLock { asked in
      asked[pthread_self(), default: 0] += 1
      return asked.values.count { $0 > 50 } == 2
    }
    if isEnough { signal.fire() }
    return monotonicNow()
  }

  var longestWait: TimeSpan { .seconds(3600) }
}
