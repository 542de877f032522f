import EchoIO
import Testing

@testable import EchoSuite

/// Windows in which no reply came back.
struct StalledRoundTests {
  @Test func `an empty window on a quiet machine counts as nothing per second`() async throws {
    let row = try #require(try await row(stalledRounds: [3]))
    #expect(row.status == .measured && row.stalledRounds == 1)
    #expect(row.series(.messagesPerSecond).byRound[3] == 0)
    #expect(row.series(.serverCPU).byRound[3] == nil)
    #expect(row.warnings(of: try plan()).map(\.label) == ["stalled in 1 of 8 rounds"])
  }

  @Test func `it is not repeated, and not dropped`() async throws {
    let calls = executor(stalledRounds: [1, 2, 3])
    let measured = try await Suite.measuring(try plan(), calls)
    #expect(measured.count == 16 && measured.allSatisfy { $0.attempt == 1 })
  }

  @Test func `a server that stalls most of the time does not have the figure of the rest`()
    async throws
  {
    let row = try #require(try await row(stalledRounds: [1, 2, 4, 5, 7]))
    #expect(row[.messagesPerSecond]?.value == 0)
  }

  @Test func `a server that never answers is wrong`() async throws {
    let row = try #require(try await row(stalledRounds: Array(1...8)))
    #expect(row.status == .invalid)
    #expect(row.reasons == ["no message came back within the window"])
  }

  @Test func `an empty window on a busy machine is repeated`() async throws {
    let executor = SimulatedExecutor { call, scenario in
      let isEmpty = call.server == "other" && call.trial.round == 1 && call.attempt == 1
      return .simulated(call, scenario, isEmpty ? stall(stolen: 0.5) : SimulatedLoad())
    }
    let measured = try await Suite.measuring(try plan(), executor)
    let attempts = measured.filter { $0.name.hasPrefix("other") && $0.round == 1 }
    #expect(attempts.map(\.attempt) == [1, 2])
    let result = SuiteResult(plan: try plan(), machine: .simulated, measurements: measured)
    #expect(result.summaries.last?.stalledRounds == 0)
  }

  private func row(stalledRounds: [Int]) async throws -> Summary? {
    try await SuiteResult.simulating(try plan(), executor(stalledRounds: stalledRounds))
      .summaries.last
  }

  private func plan() throws -> Plan {
    try Plan.reading(
      """
      {name: stalls, rounds: 8, twin: false, servers: [{backend: threads},
      {name: other, command: "other {port}"}]}
      """)
  }

  private func executor(stalledRounds: [Int]) -> SimulatedExecutor {
    SimulatedExecutor { call, scenario in
      let stalls = call.server == "other" && stalledRounds.contains(call.trial.round)
      return .simulated(call, scenario, stalls ? stall() : SimulatedLoad())
    }
  }
}

private func stall(stolen: Double = 0) -> SimulatedLoad {
  var load = SimulatedLoad(
    messagesPerSecond: 0, invalidReasons: ["no message came back within the window"])
  load.stolen = stolen
  return load
}
