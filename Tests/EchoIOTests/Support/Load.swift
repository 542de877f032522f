import Testing

@testable import EchoIO

/// Runs the client once: one worker that sends five messages of 1000 bytes, unless `adjust` says
/// otherwise. On a thread of its own, so that a client that hangs fails its test.
func load(
  _ address: Address, _ engine: Engine, until stop: StopSignal? = nil,
  by clock: some RunClock = MonotonicClock(), _ adjust: (inout Workload) -> Void = { _ in },
  telling tell: @escaping @Sendable (ClientReport.Interval) -> Void = { _ in }
) throws -> ClientReport {
  ignoreBrokenPipes()
  var workload = Workload(
    address: address, load: Load(engine: engine, workers: 1),
    stopRule: .messages(5), warmup: .milliseconds(0), timeout: .seconds(10))
  adjust(&workload)
  let stop = try stop ?? StopSignal()
  let work = try BoundedWork("client") { [workload] in
    try LoadRun.run(workload, until: stop, by: clock, telling: tell)
  }
  return try work.value()
}

/// A run that is no measurement: one failure of `kind` that says `reason`, and no number.
func expectInvalid(
  _ result: ClientReport, _ kind: FailureKind, _ reason: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(result.broken == [kind], sourceLocation: sourceLocation)
  #expect(result.invalidReasons == [reason], sourceLocation: sourceLocation)
  expectNoNumber(result, sourceLocation: sourceLocation)
}

func expectNoNumber(
  _ result: ClientReport, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(!result.valid, sourceLocation: sourceLocation)
  #expect(result.throughput.messagesPerSecond == nil, sourceLocation: sourceLocation)
  #expect(result.throughput.bytesPerSecond == nil, sourceLocation: sourceLocation)
  #expect(result.latency.hdrV2 == nil, sourceLocation: sourceLocation)
}

/// A run that is a measurement of `messages` round trips.
func expectValid(
  _ result: ClientReport, messages: UInt64, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(result.invalidReasons == [], sourceLocation: sourceLocation)
  #expect(result.valid, sourceLocation: sourceLocation)
  #expect(result.counts.completed == messages, sourceLocation: sourceLocation)
  #expect(result.throughput.messagesPerSecond ?? 0 > 0, sourceLocation: sourceLocation)
}

extension ClientReport {
  /// How connections broke, once for each.
  var broken: [FailureKind] {
    FailureKind.allCases.flatMap { kind in
      Array(repeating: kind, count: counts.errors[kind.rawValue] ?? 0)
    }
  }
}
