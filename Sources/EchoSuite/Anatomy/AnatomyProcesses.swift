public import EchoIO
internal import Glibc

/// Counts what a message costs a server, in processes of its own.
///
/// First the server serves as in any trial, and its client reads at the edges of the window how often
/// it was switched, moved and had pages mapped: a tracer's stops would be among these. Then a fresh
/// one serves below a tracer, which counts its system calls: two clients, one after the other, of which
/// the second sends more messages, and what they differ by is what these cost. Before them another
/// client has warmed the server up. Last, where it is a backend, its instructions are counted.
public struct AnatomyProcesses: AnatomyExecutor {
  private let window: TimeSpan
  private let program: Program
  private let stop: StopSignal
  private let longestStart: TimeSpan

  /// - Parameters:
  ///   - window: of the longest client.
  ///   - longestStart: how long a server may take to listen.
  ///   - stop: ends what runs, and lets nothing else begin.
  public init(
    window: TimeSpan = Self.suiteWindow, program: Program,
    longestStart: TimeSpan = .seconds(10), until stop: StopSignal
  ) {
    self.window = window
    self.program = program
    self.stop = stop
    self.longestStart = longestStart
  }

  public func run(
    _ scenario: Scenario, seed: UInt64, withoutInstructions reason: String? = nil
  ) throws -> AnatomyRecord {
    guard !stop.isFired else { throw CancellationError() }
    let start = ContinuousClock.now
    let took = { UInt64((ContinuousClock.now - start) / .nanoseconds(1)) }
    do {
      var anatomy = Anatomy()
      anatomy.observe(try untraced(scenario, seed))
      let messages = try countCalls(scenario, seed, &anatomy)
      if let reason {
        anatomy.unavailable[.instructions] = reason
      } else {
        try countInstructions(scenario, seed, &anatomy)
      }
      return AnatomyRecord(scenario, .ran, anatomy: anatomy, messages: messages, took: took())
    } catch let wrong as WrongServer {
      return AnatomyRecord(scenario, .wrong(reason: wrong.reason), took: took())
    } catch let failure as ProcessFailure {
      // Whoever stops all processes at once ends a supervisor, too.
      guard !stop.isFired else { throw CancellationError() }
      let outcome: AnatomyRecord.Outcome =
        failure.isUnavailable
        ? .unavailable(reason: failure.reason) : .failed(reason: failure.reason)
      return AnatomyRecord(scenario, outcome, took: took())
    } catch let error as SystemError {
      return AnatomyRecord(scenario, .failed(reason: "\(error)"), took: took())
    }
  }

  /// Of a window of the shorter clients.
  private var shortWindow: TimeSpan { TimeSpan(nanoseconds: window.nanoseconds / 5) }

  // MARK: Without a tracer

  private func untraced(_ scenario: Scenario, _ seed: UInt64) throws -> ClientReport {
    try serve(scenario) { server, address in
      try drive(scenario, seed, warmup: shortWindow, window, server, address)
    }
  }

  // MARK: System calls

  /// - Returns: the messages that they were counted over; nil where they could not be.
  private func countCalls(
    _ scenario: Scenario, _ seed: UInt64, _ anatomy: inout Anatomy
  ) throws -> Int? {
    do {
      let counted =
        try countOfOneServer(scenario, seed) ?? countOfFreshServers(scenario, seed)
      anatomy.count(counted, size: scenario.load.size.bytes)
      return anatomy.calls == nil ? nil : Int(counted.messages)
    } catch let failure as ProcessFailure {
      guard !stop.isFired else { throw CancellationError() }
      // It runs: it is only the tracer that it does not run below.
      anatomy.unavailable[.calls] = failure.reason
    } catch let wrong as WrongServer {
      anatomy.unavailable[.calls] = "while they were counted, \(wrong.reason)"
    }
    return nil
  }

  /// Nil where the server ends with its first client.
  private func countOfOneServer(_ scenario: Scenario, _ seed: UInt64) throws -> CountedCalls? {
    try traced(scenario) { table, server, address in
      func send(for window: TimeSpan) throws -> Double {
        try drive(scenario, seed, window, server, address).messagesSent
      }
      _ = try send(for: shortWindow)
      let before = try settled(table)
      if hasEnded(server) { return nil }
      let few = try send(for: shortWindow)
      let between = try settled(table)
      if hasEnded(server) { return nil }
      let many = try send(for: window)
      let after = try settled(table)
      return CountedCalls(few: (between - before, few), many: (after - between, many))
    }
  }

  /// Of servers that are started for each client, and are cold.
  private func countOfFreshServers(_ scenario: Scenario, _ seed: UInt64) throws -> CountedCalls {
    let runs = try [shortWindow, window].map { window in
      try traced(scenario) { table, server, address in
        let before = try settled(table)
        let messages = try drive(scenario, seed, window, server, address).messagesSent
        return (calls: try settled(table) - before, messages: messages)
      }
    }
    return CountedCalls(few: runs[0], many: runs[1])
  }

  private func traced<Result>(
    _ scenario: Scenario, _ body: (CallTable, any RunningServer, Address) throws -> Result
  ) throws -> Result {
    let table = try CallTable()
    let tracer = ServerProcess.Wrapping(words: ["/proc/self/exe", "trace", table.path])
    return try serve(scenario, below: tracer) { try body(table, $0, $1) }
  }

  private func hasEnded(_ server: any RunningServer) -> Bool {
    _ = wait(beside: [server.child], atMost: .milliseconds(0)) { true }
    return server.end != nil
  }

  /// What has been counted once the server has nothing more to do: it closes what its client has closed.
  /// One that has always something to do is read after a while.
  private func settled(_ table: CallTable) throws -> TracedCalls {
    var last = try table.read()
    for _ in 0..<Self.mostReadings {
      guard !stop.wait(timeout: Self.readingInterval) else { throw CancellationError() }
      let now = try table.read()
      if now == last { break }
      last = now
    }
    return last
  }

  private static let readingInterval = TimeSpan.milliseconds(10)
  private static let mostReadings = 20

  // MARK: Instructions

  private func countInstructions(
    _ scenario: Scenario, _ seed: UInt64, _ anatomy: inout Anatomy
  ) throws {
    do {
      let counter = InstructionCounter(program: program)
      anatomy.instructions = try counter.perMessage(of: scenario.server) { wrapping, isLong in
        try serve(scenario, below: wrapping, atMost: Self.longestUnderValgrind) { server, address in
          let window = isLong ? window : shortWindow
          let messages = try drive(scenario, seed, window, server, address).messagesSent
          try end(server)
          return messages
        }
      }
    } catch let missing as InstructionCounter.Unavailable {
      anatomy.unavailable[.instructions] = missing.reason
    } catch let failure as ProcessFailure {
      guard !stop.isFired else { throw CancellationError() }
      anatomy.unavailable[.instructions] = failure.reason
    } catch let wrong as WrongServer {
      anatomy.unavailable[.instructions] = "while they were counted, \(wrong.reason)"
    }
  }
}

extension AnatomyProcesses {
  /// To start, and to write down what was counted: 4 s and 1 s on a machine with twice as much to do as
  /// it has CPUs.
  private static let longestUnderValgrind = TimeSpan.seconds(60)

  /// Has a server end before it is stopped, which waits for two seconds only.
  /// - Throws: `CancellationError` when stopped: nothing has been counted then.
  private func end(_ server: any RunningServer) throws {
    guard case .local(let process) = server.observer else { return }
    kill(process, SIGTERM)
    let hasEnded = wait(beside: [server.child], atMost: Self.longestUnderValgrind, unless: stop) {
      server.end != nil
    }
    if !hasEnded, stop.isFired { throw CancellationError() }
  }

  /// In a suite: long enough for a thousand messages under the tracer.
  public static let suiteWindow = TimeSpan.milliseconds(200)

  /// About how long a suite needs for one: on a virtual machine with two CPUs it took 0.8 s, of which
  /// 0.32 s are windows, 0.35 s more where an interpreter has to start twice, and 5 s more to count
  /// instructions, which is done for backends.
  static func expectedNanoseconds(of server: Server, countingInstructions: Bool) -> Double {
    switch server.kind {
    case .backend: countingInstructions ? 5.8e9 : 0.8e9
    case .command: 1.15e9
    }
  }
}

// MARK: - The processes

extension AnatomyProcesses {
  private func serve<Result>(
    _ scenario: Scenario, below wrapping: ServerProcess.Wrapping? = nil,
    atMost longest: TimeSpan? = nil, _ body: (any RunningServer, Address) throws -> Result
  ) throws -> Result {
    var process = ServerProcess(
      server: scenario.server, transport: scenario.load.transport, program: program,
      longestStart: longest ?? longestStart, stop: stop)
    process.wrapping = wrapping
    return try process.whileServing(body).0
  }

  /// - Throws: ``WrongServer``; `ProcessFailure`.
  private func drive(
    _ scenario: Scenario, _ seed: UInt64, warmup: TimeSpan = .seconds(0), _ window: TimeSpan,
    _ server: any RunningServer, _ address: Address
  ) throws -> ClientReport {
    let timing = Plan.Timing(duration: window, warmup: warmup, timeout: Self.timeout)
    let client = ClientProcess(
      scenario: scenario, timing: timing, seed: seed, program: program, stop: stop)
    let report = try judge(server, called: scenario.server.name) {
      try client.run(against: address, beside: server)
    }
    if let error = report.error { throw ProcessFailure(reason: legible(error)) }
    guard report.valid || report.sawNothing else {
      throw WrongServer(
        reason: report.invalidReasons.map { legible($0) }.joined(separator: "; "))
    }
    return report
  }

  /// A traced server is slow: it stops twice for each of its calls.
  private static let timeout = TimeSpan.seconds(10)
}

/// The server did not echo what it was sent.
private struct WrongServer: Error {
  let reason: String
}

extension ClientReport {
  /// All of them, each of which was answered before its connection was closed.
  fileprivate var messagesSent: Double {
    Double(lifetime.bytesSent) / Double(workload.load.size.bytes)
  }
}
