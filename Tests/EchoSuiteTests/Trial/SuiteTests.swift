import EchoIO
import Synchronization
import Testing

@testable import EchoSuite

@Suite(.timeLimit(.minutes(1)))
struct SuiteTests {
  @Test func `every trial of the plan runs once, in its order`() async throws {
    let plan = try Plan.threeServers()
    let executor = SimulatedExecutor()
    let measurements = try await Suite.measuring(plan, executor)
    #expect(measurements.map(\.trial) == plan.trials)
    #expect(executor.calls.map(\.trial) == plan.trials)
    #expect(measurements.allSatisfy { $0.attempt == 1 && $0.outcome == .ran })
  }

  @Test func `a disturbed trial is repeated until it is quiet`() async throws {
    let plan = try Plan.threeServers(rounds: 12)
    let disturbed = plan.trials[3]
    let executor = SimulatedExecutor { call, scenario in
      let isQuiet = call.trial != disturbed || call.attempt == 2
      return .simulated(call, scenario, SimulatedLoad(stolen: isQuiet ? 0 : 0.5))
    }
    let measurements = try await Suite.measuring(plan, executor)
    #expect(measurements.count == plan.trials.count + 1)
    #expect(measurements.filter { $0.trial == disturbed }.map(\.attempt) == [1, 2])
  }

  @Test func `a trial that is always disturbed is given up after its last attempt`() async throws {
    let plan = try Plan.threeServers(rounds: 12)
    let disturbed = plan.trials[3]
    let executor = SimulatedExecutor { call, scenario in
      .simulated(call, scenario, SimulatedLoad(foreign: call.trial == disturbed ? 0.5 : 0))
    }
    let measurements = try await Suite.measuring(plan, executor)
    #expect(measurements.count == plan.trials.count + Repeats.mostAttempts - 1)
    #expect(measurements.filter { $0.trial == disturbed }.map(\.attempt) == [1, 2, 3])
  }

  @Test func `on a machine that is always disturbed few trials are repeated`() async throws {
    let plan = try Plan.threeServers(rounds: 10)
    let executor = SimulatedExecutor(SimulatedLoad(stolen: 0.5))
    let measurements = try await Suite.measuring(plan, executor)
    #expect(plan.trials.count == 40)
    #expect(measurements.count == 46)
    #expect(Set(measurements.map(\.trial)) == Set(plan.trials))
  }

  @Test func `even the smallest suite may repeat a trial`() async throws {
    let plan = try Plan.reading(
      "{name: tiny, rounds: 1, twin: false, servers: [{backend: threads}]}")
    let executor = SimulatedExecutor { call, scenario in
      .simulated(call, scenario, SimulatedLoad(stolen: call.attempt == 1 ? 0.5 : 0))
    }
    #expect(try await Suite.measuring(plan, executor).map(\.attempt) == [1, 2])
  }

  @Test func `a server that is wrong is not asked again`() async throws {
    let plan = try Plan.threeServers()
    let executor = SimulatedExecutor { call, scenario in
      guard call.server == "other" else { return .simulated(call, scenario, SimulatedLoad()) }
      return .simulated(call, scenario, SimulatedLoad(invalidReasons: ["a byte is wrong"]))
    }
    let measurements = try await Suite.measuring(plan, executor)
    #expect(measurements.count == plan.trials.count)
  }

  @Test func `a server that this machine cannot run is asked once`() async throws {
    let plan = try Plan.threeServers()
    let executor = SimulatedExecutor { call, scenario in
      guard call.server == "other" else { return .simulated(call, scenario, SimulatedLoad()) }
      return .simulated(call, scenario, .unavailable(reason: "no such thing"))
    }
    let measurements = try await Suite.measuring(plan, executor)
    #expect(executor.calls.count { $0.server == "other" } == 1)
    let ofOther = measurements.filter { plan.scenarios[$0.scenario].server.name == "other" }
    #expect(ofOther.count == plan.rounds)
    #expect(ofOther.allSatisfy { $0.outcome == .unavailable(reason: "no such thing") })
  }

  @Test func `what cannot be had for many connections is asked for again with fewer`() async throws
  {
    let plan = try Plan.reading(
      """
      {name: many, rounds: 3, twin: false, workers: 1, engines: event, connections: [5, 50, 500],
      servers: [{backend: threads}]}
      """)
    let executor = SimulatedExecutor { call, scenario in
      scenario.load.connections < 50
        ? .simulated(call, scenario, SimulatedLoad())
        : .simulated(call, scenario, .unavailable(reason: "not so many"))
    }
    let measurements = try await Suite.measuring(plan, executor)
    let ran = measurements.filter { $0.outcome == .ran }
    #expect(Set(ran.map { plan.scenarios[$0.scenario].load.connections }) == [5])
    #expect(ran.count == 3)
    // Those with 500 need not be asked where it is known of 50.
    #expect((4...5).contains(executor.calls.count))
  }

  @Test func `the standing counts to the end`() async throws {
    let plan = try Plan.threeServers(rounds: 1)
    try await FileTree.with([:]) { tree in
      let log = try TrialLog.create(tree.root, plan: plan, machine: .simulated)
      var seen: [Standing] = []
      try await Suite.goOn(with: log, SimulatedExecutor()) { seen.append($0) }
      #expect(seen.map(\.done) == [0, 1, 2, 3, 4])
      #expect(seen.allSatisfy { $0.total == 4 && $0.doneBefore == 0 && $0.withoutFigure == 0 })
      #expect(seen.last?.last == plan.scenarios[plan.trials[3].scenario].name)
    }
  }

  @Test func `the standing tells repeats and attempts without a figure`() async throws {
    let plan = try Plan.threeServers(rounds: 1)
    let disturbed = plan.trials[1]
    let executor = SimulatedExecutor { call, scenario in
      var load = SimulatedLoad()
      if call.trial == disturbed, call.attempt == 1 { load.stolen = 0.5 }
      if call.trial == plan.trials[2] { load.invalidReasons = ["a byte is wrong"] }
      return .simulated(call, scenario, load)
    }
    try await FileTree.with([:]) { tree in
      let log = try TrialLog.create(tree.root, plan: plan, machine: .simulated)
      var seen: [Standing] = []
      try await Suite.goOn(with: log, executor) { seen.append($0) }
      #expect(seen.map(\.done) == [0, 1, 2, 2, 3, 4])
      #expect(seen.map(\.repeated) == [0, 0, 0, 1, 1, 1])
      #expect(seen.map(\.withoutFigure) == [0, 0, 0, 0, 1, 1])
    }
  }
}

@Suite(.timeLimit(.minutes(1)))
struct SuiteResumptionTests {
  @Test(arguments: [0, 1, 7, 23])
  func `a suite goes on where it stopped, and gives the same set`(stopped: Int) async throws {
    let plan = try Plan.threeServers()
    let whole = try await Suite.measuring(plan, SimulatedExecutor())
    try await FileTree.with([:]) { tree in
      let first = SimulatedExecutor { call, scenario in
        guard call.trial != plan.trials[stopped] else { throw CancellationError() }
        return .simulated(call, scenario, SimulatedLoad())
      }
      await #expect(throws: CancellationError.self) {
        try await Suite.run(plan, first, in: tree.root)
      }

      let log = try TrialLog.resume(tree.root)
      #expect(log.measurements.count == stopped)
      let second = SimulatedExecutor()
      var begun: Standing?
      let resumed = try await Suite.goOn(with: log, second) { begun = begun ?? $0 }
      #expect(begun?.done == stopped && begun?.doneBefore == stopped)
      #expect(second.calls.map(\.trial) == Array(plan.trials.dropFirst(stopped)))
      #expect(resumed.measurements == whole)
      #expect(try TrialLog.open(tree.root).measurements == whole)
    }
  }

  @Test func `a suite that is complete has nothing to go on with`() async throws {
    let plan = try Plan.threeServers()
    try await FileTree.with([:]) { tree in
      let log = try await Suite.run(plan, SimulatedExecutor(), in: tree.root)
      let executor = SimulatedExecutor()
      #expect(try await Suite.goOn(with: log, executor).measurements == log.measurements)
      #expect(executor.calls.isEmpty)
    }
  }

  @Test func `what was unavailable before is not asked again in the same run`() async throws {
    let plan = try Plan.threeServers()
    let executor = SimulatedExecutor { call, scenario in
      .simulated(call, scenario, SimulatedLoad())
    }
    let trial = try #require(
      plan.trials.first { plan.scenarios[$0.scenario].server.name == "other" })
    try await FileTree.with([:]) { tree in
      var log = try TrialLog.create(tree.root, plan: plan, machine: .simulated)
      try log.append(
        Measurement(
          trial, name: plan.scenarios[trial.scenario].name, attempt: 1,
          outcome: .unavailable(reason: "not here")))
      try await Suite.goOn(with: log, executor)
      #expect(!executor.calls.contains { $0.server == "other" })
    }
  }

  @Test(arguments: [
    Measurement.Outcome.failed(reason: "no luck"), .unavailable(reason: "not here"),
  ])
  func `what could not run is tried again when the suite is gone on with`(
    outcome: Measurement.Outcome
  ) async throws {
    let plan = try Plan.threeServers()
    try await FileTree.with([:]) { tree in
      let broken = SimulatedExecutor { call, scenario in
        guard call.server == "other" else { return .simulated(call, scenario, SimulatedLoad()) }
        return .simulated(call, scenario, outcome)
      }
      _ = try await Suite.run(plan, broken, in: tree.root)
      var log = try TrialLog.resume(tree.root)
      try log.reopen()
      let mended = SimulatedExecutor()
      let whole = try await Suite.goOn(with: log, mended)
      #expect(mended.calls.count == plan.rounds)
      #expect(mended.calls.allSatisfy { $0.server == "other" && $0.attempt == 2 })
      let read = try TrialLog.open(tree.root)
      #expect(read.attempts == whole.attempts)
      let result = SuiteResult(plan: plan, machine: .simulated, attempts: read.attempts)
      #expect(result.verdict == .fine && result.repeats == 0 && result.madeUpFor == plan.rounds)
      #expect(result.summaries.allSatisfy { $0.status == .measured && $0.failedRounds == 0 })
    }
  }

  @Test func `what fails again is asked once each time, and the reports stay as they were`()
    async throws
  {
    let plan = try Plan.threeServers()
    try await FileTree.with([:]) { tree in
      let broken = SimulatedExecutor { call, scenario in
        guard call.server == "other" else { return .simulated(call, scenario, SimulatedLoad()) }
        return .simulated(call, scenario, .unavailable(reason: "not here"))
      }
      // A log keeps others out as long as it is there.
      let first = try await Suite.run(plan, broken, in: tree.root).attempts
      func goOn() async throws {
        var log = try TrialLog.resume(tree.root)
        try log.reopen()
        try await Suite.goOn(with: log, broken)
      }
      for _ in 1...2 {
        let before = broken.calls.count
        try await goOn()
        #expect(broken.calls.count == before + 1)
      }
      let last = try TrialLog.open(tree.root).attempts
      #expect(last.count == first.count + 2)
      func csv(_ attempts: Attempts) -> String {
        CSVReport(
          result: SuiteResult(plan: plan, machine: .simulated, attempts: attempts)
        ).text
      }
      #expect(csv(last) == csv(first))
    }
  }

  @Test func `a suite of which nothing failed is gone on with without a word`() async throws {
    let plan = try Plan.threeServers(rounds: 1)
    try await FileTree.with([:]) { tree in
      let first = try await Suite.run(plan, SimulatedExecutor(), in: tree.root).attempts
      var log = try TrialLog.resume(tree.root)
      try log.reopen()
      #expect(log.attempts == first)
      #expect(try TrialLog.open(tree.root).attempts == first)
    }
  }

  @Test func `cancelling a suite keeps what it has measured`() async throws {
    let plan = try Plan.threeServers()
    try await FileTree.with([:]) { tree in
      let (reached, continuation) = AsyncStream.makeStream(of: Void.self)
      let executor = SimulatedExecutor { call, scenario in
        if call.trial == plan.trials[4] {
          continuation.finish()
          try await Task.sleep(for: .seconds(3600))
        }
        return .simulated(call, scenario, SimulatedLoad())
      }
      let work = Task { [root = tree.root] in
        try await Suite.run(plan, executor, in: root)
      }
      for await _ in reached {}
      work.cancel()
      await #expect(throws: CancellationError.self) { try await work.value }
      let kept = try TrialLog.open(tree.root).measurements
      #expect(kept.map(\.trial) == Array(plan.trials.prefix(4)))
    }
  }
}
