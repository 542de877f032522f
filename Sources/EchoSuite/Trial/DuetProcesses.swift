public import EchoIO

/// Runs servers at the same moment, each driven by a client of its own: all servers are ready before
/// the first client starts.
///
/// Like a suite's trials, on the calling thread and no other.
public struct DuetProcesses: DuetExecutor {
  private let timing: Plan.Timing
  private let program: Program
  private let stop: StopSignal
  private let longestStart = TimeSpan.seconds(10)

  /// - Parameter stop: ends what runs, and lets nothing else begin.
  public init(_ timing: Plan.Timing, program: Program, until stop: StopSignal) {
    self.timing = timing
    self.program = program
    self.stop = stop
  }

  public func run(together scenarios: [Scenario], seed: UInt64) throws -> [Measurement] {
    guard !stop.isFired else { throw CancellationError() }
    do {
      let reports = try serve(scenarios[...], []) { try drive($0, seed: seed) }
      return zip(scenarios, reports).enumerated().map { index, pair in
        Measurement(
          Trial(scenario: index, round: 1), name: pair.0.name, attempt: 1, outcome: .ran,
          client: pair.1)
      }
    } catch let failure as ProcessFailure {
      // Whoever stops all processes at once ends a supervisor, too.
      guard !stop.isFired else { throw CancellationError() }
      throw DuetFailure(failure.reason)
    } catch let error as SystemError {
      throw DuetFailure("\(error)")
    }
  }

  /// A server that is ready, and what is to be put on it.
  private struct Part {
    let scenario: Scenario
    let server: any RunningServer
    let address: Address
  }

  /// Starts the servers one after the other, runs `body` while all serve, and stops them.
  private func serve<Result>(
    _ scenarios: ArraySlice<Scenario>, _ parts: [Part], _ body: ([Part]) throws -> Result
  ) throws -> Result {
    guard let scenario = scenarios.first else { return try body(parts) }
    let process = ServerProcess(
      server: scenario.server, transport: scenario.load.transport, program: program,
      longestStart: longestStart, stop: stop)
    return try process.whileServing { server, address in
      let part = Part(scenario: scenario, server: server, address: address)
      return try serve(scenarios.dropFirst(), parts + [part], body)
    }.0
  }

  /// Starts the clients at once, and sleeps until all of them have ended.
  private func drive(_ parts: [Part], seed: UInt64) throws -> [ClientReport] {
    let clients = parts.map { part in
      ClientProcess(
        scenario: part.scenario, timing: timing, seed: seed, program: program, stop: stop)
    }
    let children = try zip(clients, parts).map { client, part in
      try client.start(against: part.address, beside: part.server)
    }
    defer { for child in children { child.kill() } }
    let limit = clients.map(\.longestRun).max() ?? .seconds(1)
    let everybody = children + parts.map(\.server.child)
    let haveEnded = try wait(beside: everybody, atMost: limit, unless: stop) {
      for part in parts { try part.server.check(called: part.scenario.server.name) }
      return children.allSatisfy { $0.end != nil }
    }
    guard !stop.isFired else { throw CancellationError() }
    guard haveEnded else {
      throw ProcessFailure(reason: "a client did not end within \(limit)")
    }
    return try zip(zip(clients, children), parts).map { driven, part in
      try judge(part.server, called: part.scenario.server.name) {
        try driven.0.report(of: driven.1)
      }
    }
  }
}
