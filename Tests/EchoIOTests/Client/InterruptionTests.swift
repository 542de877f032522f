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
        let result = try undisturbed(served: 2) {
          let stop = try StopSignal()
          let trigger = try BoundedWork("trigger") {
            if !stop.wait(timeout: .milliseconds(300)) { stop.fire() }
          }
          let result = try load(server.address, engine, until: stop) {
            $0.workers = 2
            $0.connections = 2
            $0.stopRule = .duration(.seconds(30))
          }
          try trigger.value()
          return result
        }
        #expect(result.isPartial)
        expectValid(result, messages: result.completed)
        #expect(result.windowNanoseconds < 10_000_000_000)
      }
    }

    @Test(arguments: Engine.allCases)
    func `a run is interrupted promptly while the server is silent`(engine: Engine) throws {
      let stop = try StopSignal()
      let start = monotonicNow()
      let result = try withLies { conversation in
        // Two answers, then silence, and the interruption while the client waits.
        try conversation.answer(1000) { number, message in
          if number == 3 {
            stop.fire()
            conversation.over.wait(timeout: .seconds(30))
          }
          return message
        }
      } _: {
        try load($0, engine, until: stop) { $0.timeout = .seconds(30) }
      }
      #expect(monotonicNow() - start < 10_000_000_000)
      #expect(result.isPartial)
      #expect(result.completed == 2)
      #expect(result.invalidReasons == [])
    }

    @Test(arguments: Engine.allCases)
    func `a window that was cut short is as long as it was`(engine: Engine) throws {
      let duration = TimeSpan.milliseconds(1200)
      let stop = try StopSignal()
      let wasInTime = Lock(false)
      let result = try withLies { conversation in
        let start = monotonicNow()
        try conversation.answer(1000) { number, message in
          if number == 3 {
            // The client waits for this reply until after its window would have ended.
            conversation.over.wait(timeout: .milliseconds(1000))
            stop.fire()
            wasInTime.withLock { $0 = monotonicNow() - start < duration.nanoseconds }
            conversation.over.wait(timeout: .seconds(30))
          }
          return message
        }
      } _: {
        try load($0, engine, until: stop) {
          $0.stopRule = .duration(duration)
          $0.timeout = .seconds(30)
        }
      }
      #expect(result.isPartial)
      #expect(result.completed == 2)
      // The silence is a part of it. (This machine may have stood still meanwhile.)
      #expect(result.windowNanoseconds > 800_000_000)
      #expect(result.windowNanoseconds < duration.nanoseconds || !wasInTime.withLock { $0 })
    }

    @Test(arguments: Engine.allCases)
    func `a run is interrupted promptly before its first reply`(engine: Engine) throws {
      let stop = try StopSignal()
      let start = monotonicNow()
      let result = try withLies { conversation in
        _ = try conversation.peer.receive(1000)
        stop.fire()
        conversation.over.wait(timeout: .seconds(30))
      } _: {
        try load($0, engine, until: stop) { $0.timeout = .seconds(30) }
      }
      #expect(monotonicNow() - start < 10_000_000_000)
      #expect(result.isPartial)
      #expect(result.invalidReasons == [])
      expectNoNumber(result)
    }

    @Test(arguments: Engine.allCases)
    func `a run is interrupted promptly while it waits for the end of a connection`(
      engine: Engine
    ) throws {
      let stop = try StopSignal()
      let start = monotonicNow()
      let result = try withLies { conversation in
        try conversation.answerHonestly(1000)
        stop.fire()
        conversation.over.wait(timeout: .seconds(30))
      } _: {
        try load($0, engine, until: stop) { $0.timeout = .seconds(30) }
      }
      #expect(monotonicNow() - start < 10_000_000_000)
      #expect(result.isPartial)
      #expect(result.completed == 5)
    }

    @Test(arguments: Engine.allCases)
    func `a run that is stopped before it connects says so`(engine: Engine) throws {
      let stop = try StopSignal()
      stop.fire()
      #expect(throws: SystemError.self) {
        try load(RunningServer.loopback, engine, until: stop)
      }
    }
  }
}
