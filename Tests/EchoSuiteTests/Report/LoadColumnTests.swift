import EchoIO
import Testing

@testable import EchoSuite

struct LoadColumnTests {
  @Test func `rows that differ in an axis of their load have a column for it`() async throws {
    let plan = try Plan.reading(
      """
      {name: a, servers: [{backend: threads}], rounds: 6, engines: [event], workers: 1,
      connections: [5, 50]}
      """)
    let table = ResultTable(result: try await .simulating(plan, SimulatedExecutor())).table(.event)
    let column = try #require(table.columns.firstIndex { $0.title == "Connections" })
    #expect(Set(table.rows.map { $0[column] }) == ["5", "50"])
    #expect(!table.columns.contains { ["Workers", "Engine", "Size"].contains($0.title) })
  }

  @Test func `where all have the same load there is no such column`() async throws {
    let plan = try Plan.reading("{name: a, servers: [{backend: threads}], rounds: 6}")
    let result = try await SuiteResult.simulating(plan, SimulatedExecutor())
    let titles = ResultTable(result: result).table(.blocking).columns.map(\.title)
    #expect(titles.prefix(4) == ["Module", "Server buffer size", "Message size", "Messages/s"])
  }
}
