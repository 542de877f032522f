import EchoIO
import Testing

@testable import EchoSuite

extension Plan {
  /// The plan of a suite file, here as text.
  static func reading(_ text: String, seed: UInt64 = 1) throws -> Plan {
    Plan(try SuiteFileReader.read(text, file: "test.yaml"), seed: seed)
  }

  /// Three scenarios and the twin of the first.
  static func threeServers(rounds: Int = 6, seed: UInt64 = 1) throws -> Plan {
    try reading(
      """
      name: three
      rounds: \(rounds)
      servers:
        - backend: threads
        - backend: dispatch
        - name: other
          command: other {port}
      """, seed: seed)
  }
}

extension Preset {
  static func reading(_ name: String) throws -> SuiteFile {
    try #require(Preset.named(name)).suiteFile()
  }
}

extension Scenario {
  /// Five connections of 1000 bytes.
  static let simulated = Scenario(
    server: Server(name: "a", kind: .backend(name: "threads")), load: Load())
}

extension Machine {
  /// A machine without fault, with two CPUs.
  static let simulated = Machine(
    date: "2026-01-02T03:04:05Z",
    processor: Processor(
      model: "Simulated CPU", architecture: "x86_64", logicalCPUs: 2, onlineCPUs: 2,
      allowedCPUs: 2, governor: "performance"),
    memoryBytes: 4 << 30, operatingSystem: "Debian GNU/Linux 12 (bookworm)",
    kernel: "Linux 6.1.0", virtualised: true, hypervisor: "QEMU", clockSource: "tsc",
    loadAverage: 0.25,
    network: Network(
      kind: .loopback, somaxconn: 4096, tcpReadMemory: [4096, 131_072, 6_291_456],
      tcpWriteMemory: [4096, 16_384, 4_194_304]),
    build: Build.example)
}

extension Suite {
  /// Runs a plan from the start in a folder, and gives what it measured.
  @discardableResult
  static func run(
    _ plan: Plan, _ executor: SimulatedExecutor, _ counter: SimulatedCounter = SimulatedCounter(),
    in directory: String
  ) async throws -> TrialLog {
    try await goOn(
      with: try TrialLog.create(directory, plan: plan, machine: .simulated), executor, counter)
  }

  /// Runs what a log does not have yet.
  @discardableResult
  static func goOn(
    with log: TrialLog, _ executor: SimulatedExecutor,
    _ counter: SimulatedCounter = SimulatedCounter(), telling: (Standing) -> Void = { _ in }
  ) async throws -> TrialLog {
    var suite = Suite(
      log, schedule: log.plan.schedule, executor: executor, counter: counter)
    return try await suite.run(telling: telling)
  }

  /// Runs a plan and forgets its folder.
  static func measuring(
    _ plan: Plan, _ executor: SimulatedExecutor
  ) async throws -> [Measurement] {
    try await FileTree.with([:]) { tree in
      try await run(plan, executor, in: tree.root + "/suite").measurements
    }
  }
}

extension SuiteResult {
  /// What comes of a plan when every attempt gives what `simulation` says.
  static func simulating(
    _ plan: Plan, _ executor: SimulatedExecutor
  ) async throws -> SuiteResult {
    SuiteResult(
      plan: plan, machine: .simulated, measurements: try await Suite.measuring(plan, executor))
  }
}
