import Foundation
import Testing

@testable import EchoIO
@testable import EchoSuite

/// Servers and clients whose bottleneck is known by construction, in real trials.
///
/// While other programs leave no idle CPU time the machine is the bottleneck of each of them, and the
/// verdict has to say so.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct BottleneckTrialTests {
  @Test(.enabled(if: ProcessExecutorTests.python != nil))
  func `a server that sleeps before it answers is bound by latency`() async throws {
    let command = ProcessExecutorTests.pythonServer(answer: "(time.sleep(0.005), data)[1]")
      .replacing("socketserver, sys", with: "socketserver, sys, time")
    let row = try await Row(
      Server(name: "sleeper", kind: .command(line: command), bufferBytes: 4096))
    try row.expectBottleneck(.latency)
  }

  /// Its thread never waits for a message: it runs, or stands in line behind its neighbours. That is
  /// no want of the machine, whose other CPU is idle.
  @Test(.enabled(if: twoCPUs != nil && ProcessExecutorTests.python != nil))
  func `a server that shares its CPU with busy neighbours is bound by the server`() async throws {
    let cpus = try #require(Self.twoCPUs)
    // It computes for some milliseconds; its client does nothing meanwhile.
    let command = ProcessExecutorTests.pythonServer(answer: "(sum(range(400000)), data)[1]")
    let row = try await withNeighbours(on: cpus.first) {
      try await Row(
        Server(
          name: "crowded", kind: .command(line: "taskset -c \(cpus.first) \(command)"),
          bufferBytes: 4096),
        load: Load(workers: 1), clientCPUs: cpus.second)
    }
    try row.expectBottleneck(.server)
  }

  /// The server, on a CPU of its own, has answered long before the client comes to its turn.
  @Test(.enabled(if: twoCPUs != nil))
  func `a client that shares its CPU with busy neighbours is the bottleneck`() async throws {
    let cpus = try #require(Self.twoCPUs)
    let row = try await withNeighbours(on: cpus.first) {
      try await Row(
        Server(name: "libuv", kind: .backend(name: "libuv"), cpus: cpus.second),
        load: Load(engine: .event, workers: 1, connections: 16, size: ByteCount(16 << 10)),
        clientCPUs: cpus.first)
    }
    try row.expectBottleneck(.client)
  }

  /// Two CPUs that this process may use; nil where there are none, or nothing that binds others to
  /// them.
  static let twoCPUs: (first: String, second: String)? = {
    let cpus = CPUList.allowed.cpus
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/taskset"), cpus.count > 1 else {
      return nil
    }
    return ("\(cpus[0])", "\(cpus[1])")
  }()

  /// Runs `body` while three processes want a CPU all the time.
  private func withNeighbours<Result>(
    on cpu: String, _ body: () async throws -> Result
  ) async throws -> Result {
    let neighbours = try (0..<3).map { _ in
      try ChildProcess(
        path: "/usr/bin/taskset",
        ["taskset", "-c", cpu, "/bin/sh", "-c", "while :; do :; done"])
    }
    defer { for neighbour in neighbours { neighbour.kill() } }
    return try await body()
  }
}

/// A scenario that was run for some rounds.
private struct Row {
  private let summary: Summary

  init(
    _ server: Server, load: Load = Load(workers: 2), clientCPUs: String? = nil, rounds: Int = 5
  ) async throws {
    let scenario = Scenario(server: server, load: load, clientCPUs: clientCPUs)
    let timing = Plan.Timing(
      duration: .milliseconds(250), warmup: .milliseconds(50), timeout: .seconds(10))
    let executor = ProcessExecutor(
      timing, seed: 1, program: try Program(LittleServer.program), longestStart: .seconds(30),
      until: try StopSignal())
    let measurements = try await onOwnThread {
      try (1...rounds).map {
        try executor.run(Trial(scenario: 0, round: $0), scenario, attempt: 1)
      }
    }
    summary = Summary.all([scenario], Attempts(measurements))[0]
    try #require(summary.status == .measured, "\(summary.reasons)")
  }

  func interval(_ share: Metric) throws -> Interval {
    try #require(summary[share]?.interval)
  }

  /// That, or what others made of the machine where they may have left it no idle CPU.
  func expectBottleneck(_ cause: Bottleneck.Cause) throws {
    let found = try #require(summary.bottleneck)
    let idle = try interval(.machineIdle)
    if idle.lower >= Bottleneck.Cause.noIdleLeft {
      #expect(found == .known(cause), "\(summary.estimates)")
    } else {
      #expect(
        found == .known(.machine) || found.candidates?.contains(.machine) == true,
        "\(summary.estimates)")
    }
  }
}
