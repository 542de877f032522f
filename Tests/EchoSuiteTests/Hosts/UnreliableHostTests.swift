import Testing

@testable import EchoIO
@testable import EchoSuite

/// Trials with agents that are reached through something that changes their words: all are on this machine.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct UnreliableHostTests {
  /// A launcher that has what the agent says go through a command of the shell.
  private static func through(_ filter: String) -> [String] {
    ["sh", "-c", #""$@" | "# + filter, "x"]
  }

  /// Runs trials, one after the other, with a server on `s` and clients on `a` and `b`.
  private static func run(
    server: [String] = ["env"], b: [String] = ["env"], trials: Int = 1,
    load: Load = Load(engine: .event, workers: 2)
  ) async throws -> [Measurement] {
    let program = LittleServer.program
    let hosts = Hosts(
      server: Host(name: "s", launch: server, program: program), address: "127.0.0.1",
      clients: [
        Host(name: "a", launch: ["env"], program: program),
        Host(name: "b", launch: b, program: program),
      ])
    // A client of a machine that is busy may be half of its warm-up late.
    let timing = Plan.Timing(
      duration: LittleServer.shortWindow, warmup: .seconds(1), timeout: .seconds(2))
    let scenario = Scenario(
      server: Server(name: "epoll", kind: .backend(name: "epoll")), load: load)
    return try await onOwnThread {
      let stop = try StopSignal()
      let pool = HostPool(hosts, program: try Program(program), until: stop)
      let executor = ProcessExecutor(
        timing, seed: 1, program: try Program(program), longestEnd: .milliseconds(100), on: pool,
        until: stop)
      return try (1...trials).map {
        try executor.run(Trial(scenario: 0, round: $0), scenario, attempt: 1)
      }
    }
  }

  private static func reason(_ measurement: Measurement?) -> String {
    measurement?.outcome.reason ?? "it ran"
  }

  // MARK: - What nobody asked for

  @Test(arguments: ["clock", "listening", "observed"])
  func `a server's host that says something twice has failed by name`(word: String) async throws {
    let launcher = Self.through(#"sed -u /^."\#(word)"/p"#.replacing("\"", with: "\\\""))
    let measurement = try await Self.run(server: launcher).first
    #expect(Self.reason(measurement) == "host s said what it was not asked for")
  }

  @Test(arguments: ["clock", "ready", "reported"])
  func `a client's host that says something twice has failed by name`(word: String) async throws {
    let launcher = Self.through(#"sed -u /^."\#(word)"/p"#.replacing("\"", with: "\\\""))
    let measurement = try await Self.run(b: launcher).first
    #expect(Self.reason(measurement) == "host b said what it was not asked for")
  }

  @Test func `a host whose server has stopped, and was not told to, has failed by name`()
    async throws
  {
    let launcher = Self.through(#"sed -u '/^{"listening"/a {"stopped":{}}'"#)
    let measurement = try await Self.run(server: launcher).first
    #expect(Self.reason(measurement) == "host s said what it was not asked for")
  }

  /// The first agent says its first time twice, and those after it do not: what is left of its words has no part in
  /// the second trial.
  @Test func `an agent that is not to be relied on is replaced before the next trial`() async throws
  {
    try await FileTree.with([:]) { tree in
      let filter =
        #"if mkdir \#(tree.root)/first 2>/dev/null; then sed -u '/"clock"/p'; else cat; fi"#
      let measurements = try await Self.run(b: Self.through(filter), trials: 2)
      #expect(Self.reason(measurements.first) == "host b said what it was not asked for")
      #expect(measurements.last?.client?.valid == true, "\(Self.reason(measurements.last))")
    }
  }

  // MARK: - What is missing

  @Test func `the host whose client is not ready is blamed, and no other`() async throws {
    let measurement = try await Self.run(b: Self.through(#"sed -u '/^{"ready"/d'"#)).first
    #expect(
      Self.reason(measurement) == "host b was not heard: its client did not connect within 4100ms")
  }

  @Test func `a host that does not say whether its server listens is told with how long that took`()
    async throws
  {
    let host = Host(
      name: "s", launch: Self.through(#"sed -u '/^{"listening"/d'"#), program: LittleServer.program)
    let failure = try await onOwnThread {
      let (program, stop) = (try Program(LittleServer.program), try StopSignal())
      let agent = try Agent(host, program: program)
      try agent.awaitHello(atMost: .seconds(60), unless: stop)
      let server = ServerProcess(
        server: Server(name: "epoll", kind: .backend(name: "epoll")), transport: .tcp,
        program: program, longestStart: .seconds(4), stop: stop, host: "127.0.0.1",
        agent: agent, longestSilence: .milliseconds(300))
      return #expect(throws: ProcessFailure.self) { try server.whileServing { _, _ in } }
    }
    #expect(failure?.reason == "host s did not tell within 4300ms whether 'epoll' listens")
  }

  @Test func `a launcher may complain for as long as it likes`() async throws {
    // More than is ever kept of a stream.
    let launcher = [
      "sh", "-c", #"head -c 20000000 /dev/zero | tr '\0' '\n' >&2; "$@""#, "x",
    ]
    let measurement = try await Self.run(server: launcher, b: launcher).first
    #expect(measurement?.client?.valid == true, "\(Self.reason(measurement))")
  }

  // MARK: - What is not true

  /// Behind its first line, seven answers, `ready` and `reported`, its clock is thirty years ahead.
  @Test
  func `where a clock moves in a trial, the windows are not known to lie under the load of all`()
    async throws
  {
    let moved = Self.through(#"sed -u '11,99s/"unix_ns":1/"unix_ns":2/'"#)
    let reason = Self.reason(try await Self.run(b: moved).first)
    #expect(reason.hasPrefix("the windows of hosts b and a may lie 1000000"), "\(reason)")
    #expect(
      reason.contains("that is not counted is 1000.0 ms: give a longer 'warmup'"), "\(reason)")
  }

  @Test func `a server that has used what cannot be used is not told of`() async throws {
    let filter = #"sed -u 's/"cpu_ns":[0-9]*/"cpu_ns":9000000000000000000/'"#
    let measurement = try await Self.run(server: Self.through(filter)).first
    let reason = Self.reason(measurement)
    #expect(
      reason.hasPrefix("host s tells of its server what cannot be: 'usage.server"), "\(reason)")
  }

  // MARK: - What is added up

  @Test func `figures by size and fairness are of all clients`() async throws {
    var load = Load(engine: .event, workers: 2, connections: 5)
    load.mix = try SizeMix(parsing: "64,1k")
    load.size = ByteCount(1024)
    let metrics = [Metric.machineIdle, .serverBusiest, .clientBusiest]
    var measurement = try #require(try await Self.run(load: load).first)
    // Where others take the CPUs, readings may come too late to be of the window.
    while measurement.outcome == .ran, metrics.contains(where: { $0.value(measurement) == nil }) {
      measurement = try #require(try await Self.run(load: load).first)
    }
    let client = try #require(measurement.client, "\(Self.reason(measurement))")
    let sizes = try #require(client.sizes)
    #expect(sizes.map(\.from) == [64, 1024])
    #expect(sizes.allSatisfy { $0.completed > 0 && $0.latency.percentiles["50"] != nil })
    #expect(sizes.map(\.completed).reduce(0, +) == client.counts.completed)
    let fairness = try #require(client.connections.fairness)
    #expect(fairness > 0.2 && fairness <= 1)
    for metric in metrics {
      let value = try #require(metric.value(measurement), "\(metric.key)")
      #expect((0...1).contains(value))
    }
    #expect(Metric.clientCPU.value(measurement) == nil)
  }
}
