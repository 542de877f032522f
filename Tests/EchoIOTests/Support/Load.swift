import Testing

@testable import EchoIO

/// Runs the client once: one worker that sends five messages of 1000 bytes, unless `adjust` says
/// otherwise. On a thread of its own, so that a client that hangs fails its test.
func load(
  _ address: Address, _ engine: Engine, until stop: StopSignal? = nil,
  _ adjust: (inout Workload) -> Void = { _ in }
) throws -> ClientResult {
  ignoreBrokenPipes()
  var workload = Workload(
    address: address, load: Load(engine: engine, workers: 1),
    stopRule: .messages(5), warmup: .milliseconds(0), timeout: .seconds(10))
  adjust(&workload)
  let stop = try stop ?? StopSignal()
  let work = try BoundedWork("client") { [workload] in
    try LoadRun.run(workload, until: stop)
  }
  return try work.value()
}

/// Repeats a run that depends on the clock, three times at most, until it has completed as many
/// messages (nil: any) on as many connections as it should have: that the machine stood still for
/// a second is no fault of the client's.
func undisturbed(
  completed: UInt64? = nil, served: Int = 1, _ run: () throws -> ClientResult
) rethrows -> ClientResult {
  for _ in 0..<2 {
    let result = try run()
    let isWhole = result.completed == completed ?? max(1, result.completed)
    if isWhole, result.connectionsServed == served { return result }
  }
  return try run()
}

/// A run that is no measurement: one failure of `kind` that says `reason`, and no number.
func expectInvalid(
  _ result: ClientResult, _ kind: FailureKind, _ reason: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(result.failures.map(\.kind) == [kind], sourceLocation: sourceLocation)
  #expect(result.invalidReasons == [reason], sourceLocation: sourceLocation)
  expectNoNumber(result, sourceLocation: sourceLocation)
}

func expectNoNumber(
  _ result: ClientResult, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(!result.isValid, sourceLocation: sourceLocation)
  #expect(result.messagesPerSecond == nil, sourceLocation: sourceLocation)
  #expect(result.bytesPerSecond == nil, sourceLocation: sourceLocation)
}

/// A run that is a measurement of `messages` round trips.
func expectValid(
  _ result: ClientResult, messages: UInt64, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(result.invalidReasons == [], sourceLocation: sourceLocation)
  #expect(result.isValid, sourceLocation: sourceLocation)
  #expect(result.completed == messages, sourceLocation: sourceLocation)
  #expect(result.messagesPerSecond ?? 0 > 0, sourceLocation: sourceLocation)
}
