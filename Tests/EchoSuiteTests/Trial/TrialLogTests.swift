import EchoIO
import Testing

@testable import EchoSuite

struct TrialLogTests {
  @Test func `what was appended is there when the log is opened`() async throws {
    let plan = try Plan.threeServers()
    try await FileTree.with([:]) { tree in
      let written = try await Suite.run(plan, SimulatedExecutor(), in: tree.root + "/suite")
      let log = try TrialLog.open(tree.root + "/suite")
      #expect(log.measurements == written.measurements)
      #expect(log.measurements.count == plan.trials.count)
      #expect(log.plan == plan)
      #expect(log.machine == .simulated)
    }
  }

  @Test func `each attempt is a line of its own, on the disk at once`() async throws {
    let plan = try Plan.threeServers()
    try await FileTree.with([:]) { tree in
      var log = try TrialLog.create(tree.root, plan: plan, machine: .simulated)
      for (count, trial) in zip(1..., plan.trials.prefix(3)) {
        try log.append(.simulated(trial, of: plan))
        let text = try tree.read("trials.jsonl")
        #expect(text.count { $0 == "\n" } == count)
        #expect(text.hasSuffix("}\n"))
      }
    }
  }

  @Test func `a last line that was cut off is left out, and trimmed before going on`()
    async throws
  {
    let plan = try Plan.threeServers()
    try await FileTree.with([:]) { tree in
      let whole = try await Suite.run(plan, SimulatedExecutor(), in: tree.root).measurements
      let text = try tree.read("trials.jsonl")
      try tree.write(String(text.dropLast(40)), to: "trials.jsonl")

      #expect(try TrialLog.open(tree.root).measurements == whole.dropLast())
      #expect(try tree.read("trials.jsonl") == String(text.dropLast(40)))
      var log = try TrialLog.resume(tree.root)
      #expect(log.measurements == whole.dropLast())
      let lastLine = try #require(text.dropLast().lastIndex(of: "\n"))
      #expect(try tree.read("trials.jsonl") == String(text[...lastLine]))
      let last = try #require(plan.trials.last)
      try log.append(.simulated(last, of: plan))
      #expect(log.measurements.last?.trial == last)
      #expect(try tree.read("trials.jsonl").hasPrefix(String(text[...lastLine])))
      #expect(try TrialLog.open(tree.root).measurements.count == whole.count)
    }
  }

  @Test(arguments: ["", "{\"attempt\":1"])
  func `a log without a whole line is one without trials`(content: String) async throws {
    try await FileTree.with([:]) { tree in
      _ = try TrialLog.create(tree.root, plan: try Plan.threeServers(), machine: .simulated)
      try tree.write(content, to: "trials.jsonl")
      #expect(try TrialLog.resume(tree.root).measurements.isEmpty)
      #expect(try tree.read("trials.jsonl") == "")
    }
  }

  @Test(arguments: ["\"fewest_rounds\" : 0", "\"fewest_rounds\" : -1"])
  func `a plan that cannot be run is not what a suite writes`(rounds: String) async throws {
    let plan = try Plan.threeServers()
    try await FileTree.with([:]) { tree in
      _ = try TrialLog.create(tree.root, plan: plan, machine: .simulated)
      let text = try tree.read("plan.json")
      try tree.write(
        text.replacing("\"fewest_rounds\" : \(plan.rounds)", with: rounds), to: "plan.json")
      let error = #expect(throws: SuiteError.self) { try TrialLog.open(tree.root) }
      #expect(error?.description.contains("'fewest_rounds' must be at least 1") == true)
    }
  }

  @Test func `a measurement of another plan is refused with its line`() async throws {
    let plan = try Plan.threeServers()
    let other = try Plan.reading("{name: other, servers: [{backend: libuv}]}")
    try await FileTree.with([:]) { tree in
      var log = try TrialLog.create(tree.root, plan: plan, machine: .simulated)
      try log.append(.simulated(plan.trials[0], of: plan))
      try log.append(.simulated(other.trials[0], of: other))
      let error = #expect(throws: SuiteError.self) { try TrialLog.open(tree.root) }
      let name = other.scenarios[other.trials[0].scenario].name
      #expect(
        error
          == .unreadable(
            tree.root + "/trials.jsonl", line: 2, "'\(name)' in round 1 is not of this plan"))
    }
  }

  @Test func `a measurement under another load than the plan's is refused`() async throws {
    let plan = try Plan.threeServers()
    try await expectRefusal(of: plan.trials[0], of: plan, "had another load than the plan says") {
      $0.replacing("\"workers\":5", with: "\"workers\":4")
    }
  }

  @Test(arguments: [0, 1, 3, 9_223_372_036_854_775_807])
  func `an attempt out of turn is refused`(attempt: Int) async throws {
    let plan = try Plan.threeServers()
    try await expectRefusal(
      of: plan.trials[0], of: plan, "is there as attempt \(attempt), where 2 should be"
    ) {
      $0.replacing("{\"attempt\":2", with: "{\"attempt\":\(attempt)")
    }
  }

  @Test(arguments: [("round", -1), ("round", 7), ("scenario", -1), ("scenario", 4)])
  func `a measurement of nothing in the plan is refused`(member: String, value: Int) async throws {
    let plan = try Plan.threeServers()
    let trial = plan.trials[0]
    try await expectRefusal(of: trial, of: plan, "is not of this plan") {
      $0.replacing("\"round\":1,", with: "\"round\":\(member == "round" ? value : 1),")
        .replacing(
          "\"scenario\":\(trial.scenario),",
          with: "\"scenario\":\(member == "round" ? trial.scenario : value),")
    }
  }

  /// A second attempt at a trial, changed, is refused in line 2.
  private func expectRefusal(
    of trial: Trial, of plan: Plan, _ reason: String, _ change: (String) -> String
  ) async throws {
    try await FileTree.with([:]) { tree in
      var log = try TrialLog.create(tree.root, plan: plan, machine: .simulated)
      try log.append(.simulated(trial, of: plan))
      try log.append(.simulated(trial, of: plan, attempt: 2))
      let text = try tree.read("trials.jsonl")
      let lines = text.split(separator: "\n").map(String.init)
      let changed = change(lines[1])
      try tree.write(lines[0] + "\n" + changed + "\n", to: "trials.jsonl")
      let error = #expect(throws: SuiteError.self) { try TrialLog.open(tree.root) }
      let start = "\(tree.root)/trials.jsonl:2: not what a suite writes: '"
      #expect(error?.description.hasPrefix(start) == true, "\(String(describing: error))")
      #expect(error?.description.hasSuffix(reason) == true, "\(String(describing: error))")
    }
  }

  @Test func `a log that begins with a byte order mark is read`() async throws {
    let plan = try Plan.threeServers()
    try await FileTree.with([:]) { tree in
      let log = try await Suite.run(plan, SimulatedExecutor(), in: tree.root)
      try tree.write("\u{FEFF}" + (try tree.read("trials.jsonl")), to: "trials.jsonl")
      #expect(try TrialLog.open(tree.root).measurements == log.measurements)
    }
  }

  @Test func `words that would steer a terminal are read without that`() async throws {
    let plan = try Plan.threeServers()
    let escape = "\u{1b}[2Jit died\u{7}"
    try await FileTree.with([:]) { tree in
      var log = try TrialLog.create(tree.root, plan: plan, machine: .simulated)
      let trial = plan.trials[0]
      let name = plan.scenarios[trial.scenario].name
      try log.append(
        Measurement(trial, name: name, attempt: 1, outcome: .failed(reason: escape)))
      let read = try #require(try TrialLog.open(tree.root).measurements.first)
      #expect(read.outcome == .failed(reason: "it died\u{fffd}"))
    }
  }

  @Test func `what the latencies are merged from is in the file and in the log`() async throws {
    let plan = try Plan.threeServers()
    try await FileTree.with([:]) { tree in
      var log = try TrialLog.create(tree.root, plan: plan, machine: .simulated)
      let measured = Measurement.simulated(plan.trials[0], of: plan)
      #expect(measured.client?.latency.hdrV2 != nil)
      try log.append(measured)
      #expect(try tree.read("trials.jsonl").contains("HISTsimulated"))
      #expect(log.measurements[0].client?.latency == measured.client?.latency)
    }
  }

  @Test func `a line that is no measurement is refused with its line`() async throws {
    let plan = try Plan.threeServers()
    try await FileTree.with([:]) { tree in
      var log = try TrialLog.create(tree.root, plan: plan, machine: .simulated)
      try log.append(.simulated(plan.trials[0], of: plan))
      try tree.write(try tree.read("trials.jsonl") + "hello\n", to: "trials.jsonl")
      let error = #expect(throws: SuiteError.self) { try TrialLog.open(tree.root) }
      #expect(error?.description.hasPrefix("\(tree.root)/trials.jsonl:2: not what a suite") == true)
    }
  }

  @Test func `a line says that the suite was gone on with, and fits those before it`()
    async throws
  {
    let plan = try Plan.threeServers()
    try await FileTree.with([:]) { tree in
      var log = try TrialLog.create(tree.root, plan: plan, machine: .simulated)
      let trial = plan.trials[0]
      try log.append(
        Measurement(
          trial, name: plan.scenarios[trial.scenario].name, attempt: 1,
          outcome: .failed(reason: "it died")))
      try log.reopen()
      let line = #"{"attempts":1,"schema":"echobench-resumption/1"}"# + "\n"
      let text = try tree.read("trials.jsonl")
      #expect(text.hasSuffix("\n" + line))
      #expect(try TrialLog.open(tree.root).attempts.retries == [trial])

      try tree.write(text + line.replacing("1,", with: "7,"), to: "trials.jsonl")
      #expect(
        throws: SuiteError.unreadable(
          tree.root + "/trials.jsonl", line: 3,
          "it says that 7 attempts came before, where 1 did")
      ) { try TrialLog.open(tree.root) }
    }
  }
}
