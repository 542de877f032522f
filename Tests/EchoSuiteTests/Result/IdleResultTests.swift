import EchoIO
import Testing

@testable import EchoSuite

/// What idle connections cost: rows with them against the same rows without.
struct IdleResultTests {
  private static func plan(rounds: Int) throws -> Plan {
    try Plan.reading(
      """
      {name: idle, rounds: \(rounds), twin: false, engines: event, workers: 1, connections: [5, 50],
      also: [{connections: 5, idle_connections: 10k}], threads: [1, 2],
      servers: [{backend: libuv}, {backend: dispatch}]}
      """)
  }

  private static func result(
    slowedBy factor: Double, rounds: Int = 12
  ) async throws -> SuiteResult {
    let executor = SimulatedExecutor { call, scenario in
      let noise = 1 + 0.002 * Double((call.trial.round + call.trial.scenario) % 5)
      let pace = scenario.load.idle == nil ? noise : noise / factor
      return .simulated(call, scenario, SimulatedLoad(messagesPerSecond: 50_000 * pace))
    }
    return try await .simulating(plan(rounds: rounds), executor)
  }

  @Test func `a row with idle connections is compared with the same without`() async throws {
    let comparisons = try await Self.result(slowedBy: 1).comparisons.filter {
      $0.subject == .idleConnections
    }
    #expect(comparisons.count == 4)
    for comparison in comparisons {
      let (row, reference) = (comparison.summary.scenario, comparison.reference.scenario)
      #expect(row.load.idle == 10_000 && reference.load.idle == nil)
      #expect(row.server == reference.server && row.load.withoutIdle == reference.load)
      #expect(comparison[.messagesPerSecond]?.verdict.word == "tie")
    }
  }

  @Test func `what they cost is seen`() async throws {
    let comparisons = try await Self.result(slowedBy: 1.3).comparisons.filter {
      $0.subject == .idleConnections
    }
    #expect(
      comparisons.map { $0[.messagesPerSecond]?.verdict.word } == [
        "worse", "worse", "worse", "worse",
      ])
  }

  @Test func `servers beside idle connections are compared with each other, too`() async throws {
    let comparisons = try await Self.result(slowedBy: 1).comparisons.filter {
      $0.subject == .servers && $0.summary.scenario.load.idle != nil
    }
    let pairs = comparisons.map {
      "\($0.summary.scenario.server.name) \($0.reference.scenario.server.name)"
    }
    #expect(pairs == ["libuv/2 libuv/1", "dispatch/1 libuv/1", "dispatch/2 libuv/2"])
  }

  @Test func `they have a table, and columns where rows differ`() async throws {
    let result = try await Self.result(slowedBy: 1)
    let tables = ComparisonSection(result: result).blocks.compactMap { block in
      if case .table(let table) = block { table } else { nil }
    }
    try #require(tables.count == 2)
    #expect(
      tables[1].columns.map(\.title).prefix(4) == [
        "Engine", "Message size", "Idle connections", "Module",
      ])
    #expect(tables[0].columns.map(\.title).contains("Connections"))
    let titles = ResultTable(result: result).table(.event).columns.map(\.title)
    for title in [
      "Threads", "Connections", "Idle connections", "Fairness", "Server KiB/connection",
    ] {
      #expect(titles.contains(title))
    }
    let notes = Footnotes(result: result).items.map { $0.spans.map(\.words).joined() }
    #expect(notes.contains { $0.contains("Jain's index") })
  }

  @Test func `what is compared runs side by side`() throws {
    let plan = try Self.plan(rounds: 8)
    let blocks = plan.blocks.map { block in Set(block.map { plan.scenarios[$0].load.connections }) }
    #expect(blocks == [[5], [50]])
    #expect(plan.blocks.map(\.count) == [8, 4])
  }

  @Test func `a command that is not told of them does not drive beside them`() throws {
    let error = #expect(throws: SuiteFileError.self) {
      try SuiteFileReader.read(
        """
        {name: a, idle_connections: 10, servers: [{backend: threads}],
        clients: [{name: c, command: "c {port} {connections} {size} {duration}"}]}
        """, file: "a.yaml")
    }
    #expect(
      error?.reason.contains("has idle connections, and the command has no {options}") == true)
  }
}
