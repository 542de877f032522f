import Testing

@testable import EchoSuite

/// A plan that was read may have been written by anybody: it keeps to the command line's limits, or
/// is refused in words.
@Suite(.timeLimit(.minutes(1)))
struct PlanProblemTests {
  @Test(arguments: [
    (#""most_rounds" : 6"#, #""most_rounds" : 0"#, "'most_rounds' must be at least 1, got 0"),
    (#""most_rounds" : 6"#, #""most_rounds" : -1"#, "'most_rounds' must be at least 1, got -1"),
    (
      #""most_rounds" : 6"#, #""most_rounds" : 1000000000"#,
      "'most_rounds' must be at most 10000, got 1000000000"
    ),
    (
      #""most_rounds" : 6"#, #""most_rounds" : 1e9"#,
      "'most_rounds' must be at most 10000, got 1000000000"
    ),
    (
      #""most_rounds" : 6"#, #""most_rounds" : 9000000000000000000"#,
      "'most_rounds' must be at most 10000, got 9000000000000000000"
    ),
    (
      #""most_rounds" : 6"#, #""most_rounds" : 1e30"#,
      "'goals.most_rounds' cannot be 1000000000000000000000000000000"
    ),
    (#""most_rounds" : 6"#, #""most_rounds" : 2.5"#, "'goals.most_rounds' cannot be 2.5"),
    (
      #""most_rounds" : 6"#, #""most_rounds" : "6""#,
      "'goals.most_rounds' must be a whole number, but is a string"
    ),
    (#""most_rounds" : 6"#, #""laps" : 6"#, "'goals.most_rounds' is missing"),
    (
      #""duration_ns" : 1000000000"#, #""duration_ns" : 1"#,
      "'timing.duration_ns' must be at least 10ms, got 1ns"
    ),
    (
      #""warmup_ns" : 200000000"#, #""warmup_ns" : 18446744073709551615"#,
      "'timing.warmup_ns' must be at most 24h, got 18446744073709551615ns"
    ),
    (#""warmup_ns" : 200000000"#, #""warmup_ns" : -1"#, "'timing.warmup_ns' cannot be -1"),
    // Six times that does not fit a number.
    (
      #""timeout_ns" : 5000000000"#, #""timeout_ns" : 4000000000000000000"#,
      "'timing.timeout_ns' must be at most 24h, got 4000000000s"
    ),
    (
      #""timeout_ns" : 5000000000"#, #""timeout_ns" : 0"#,
      "'timing.timeout_ns' must be at least 1ms, got 0s"
    ),
    (
      #""workers" : 5"#, #""workers" : 9223372036854775807"#,
      "scenarios[0]: 'workers' must be at most 4096, got 9223372036854775807"
    ),
    (
      #""connections" : 5"#, #""connections" : 70000"#,
      "scenarios[0]: 'connections' must be at most 60000, got 70000"
    ),
    (
      #""size_bytes" : 1000"#, #""size_bytes" : 0"#,
      "'scenarios[0].load.size_bytes': a size must be 1 byte to 16GiB, got 0"
    ),
    (
      #""engine" : "blocking""#, #""engine" : "turbo""#,
      "'scenarios[0].load.engine' cannot be 'turbo'"
    ),
    (
      #""buffer_bytes" : 65536"#, #""buffer_bytes" : -4"#,
      "scenarios[0]: 'buffer_bytes' must be at least 1, got -4"
    ),
    (
      #""buffer_bytes" : 65536"#, #""buffer_bytes" : 99999999999999"#,
      "scenarios[0]: 'buffer_bytes' must be at most 17179869184, got 99999999999999"
    ),
    (
      #""buffer_bytes" : 65536"#,
      #""buffer_bytes" : 65536, "sockets": {"nodelay": true, "send_buffer_bytes": 2147483648}"#,
      "scenarios[0]: a buffer of 'sockets' must be at most 1G, got 2G"
    ),
    (
      #""buffer_bytes" : 65536"#, #""buffer_bytes" : 65536, "threads": 5000"#,
      "scenarios[0]: 'threads' must be at most 4096, got 5000"
    ),
    (
      #""buffer_bytes" : 65536"#, #""buffer_bytes" : 65536, "cpus": "all""#,
      "scenarios[0]: 'cpus' must be a list of CPUs such as 0, 0,2 or 1-3, each below 1024, got 'all'"
    ),
    (
      "other {port}", "other",
      "scenarios[2]: the command must have {address} or {port} in it: it is told where to listen there"
    ),
    (
      #""name" : "other""#, #""name" : "a\u001b[2Jb""#, "scenarios[2]: 'name' must not have control"
    ),
    (
      #""name" : "three""#, #""name" : "../three""#,
      "'name' must be letters, digits, '-', '_' and '.', got '../three'"
    ),
    (#""twin" : true"#, #""twin" : false"#, "two scenarios are called 'threads, 64k buffer, 1000"),
    ("plan/2", "plan/7", "its schema is 'echobench-plan/7', which this version does not read"),
  ])
  func `a plan out of bounds is refused in words`(part: String, instead: String, reason: String)
    async throws
  {
    try await FileTree.with([:]) { tree in
      try write(tree) { $0.replacing(part, with: instead) }
      let error = try #require(throws: SuiteError.self) { try TrialLog.open(tree.root) }
      let start = "\(tree.root)/plan.json: not what a suite writes: \(reason)"
      #expect(error.description.hasPrefix(start), "\(error)")
    }
  }

  @Test func `more trials than a suite may have are refused`() async throws {
    let servers = (0..<300).map { "{backend: threads, name: s\($0)}" }.joined(separator: ", ")
    var plan = try Plan.reading("{name: many, servers: [\(servers)]}")
    #expect(plan.problem == nil)
    var file = try SuiteFileReader.read("{name: many, servers: [\(servers)]}", file: "many.yaml")
    file.goals = .fixed(10_000)
    plan = Plan(file, seed: 1)
    #expect(
      plan.problem
        == "10000 rounds of 301 scenarios are more than the 1000000 trials that a suite may have")
  }

  @Test func `a plan without scenarios is refused`() throws {
    let file = try SuiteFile.withoutServers()
    #expect(Plan(file, seed: 1).problem == "'scenarios' must be at least 1, got 0")
  }

  @Test func `a byte order mark is no fault`() async throws {
    try await FileTree.with([:]) { tree in
      try write(tree) { "\u{FEFF}" + $0 }
      #expect(try TrialLog.open(tree.root).plan == Plan.threeServers())
    }
  }

  @Test(arguments: [
    (
      #""logical_cpus" : 2"#, #""logical_cpus" : -2"#, "'processor.logical_cpus' must be at least 1"
    ),
    (#""load_average" : 0.25"#, #""load_average" : -1"#, "'load_average' must not be negative"),
    (#""load_average" : 0.25"#, #""load_average" : "low""#, "'load_average' must be a number, but"),
    ("machine/1", "machine/9", "its schema is 'echobench-machine/9', which this version does not"),
  ])
  func `a machine that cannot be is refused in words`(
    part: String, instead: String, reason: String
  ) async throws {
    try await FileTree.with([:]) { tree in
      try write(tree) { $0 }
      let text = try tree.read("machine.json")
      let changed = text.replacing(part, with: instead)
      #expect(changed != text)
      try tree.write(changed, to: "machine.json")
      let error = try #require(throws: SuiteError.self) { try TrialLog.open(tree.root) }
      let start = "\(tree.root)/machine.json: not what a suite writes: \(reason)"
      #expect(error.description.hasPrefix(start), "\(error)")
    }
  }

  /// A suite without trials, and its plan as `change` makes it.
  private func write(_ tree: FileTree, _ change: (String) -> String) throws {
    _ = try TrialLog.create(tree.root, plan: try Plan.threeServers(), machine: .simulated)
    let text = try tree.read("plan.json")
    let changed = change(text)
    try tree.write(changed, to: "plan.json")
  }
}
