import EchoIO
import Testing

@testable import EchoSuite

struct PlacementTests {
  @Test func `a report says where servers and clients are bound to`() async throws {
    let result = try await result(
      """
      {backend: threads}, {backend: libuv, cpus: 0}, {name: a, command: "a {port}"}
      """, more: "client_cpus: 1")
    let table = ResultTable(result: result).table(.blocking)
    let column = try #require(table.columns.firstIndex { $0.title == "CPUs" })
    #expect(
      table.rows.map { $0[column] } == ["client 1", "server 0; client 1", "client 1"])
    let report = try ReportFormat.markdown.render(result)
    #expect(report.contains("Placement: left to the scheduler, but where the tables name CPUs."))
    let lines = try ReportFormat.csv.render(result).split(separator: "\n")
    #expect(lines[0].contains(",server_cpus,client_cpus,"))
    #expect(lines[2].contains(",0,1,"))
  }

  @Test func `a server that is not bound beside one that is has no CPUs`() async throws {
    let result = try await result("{backend: threads}, {backend: libuv, cpus: '0,2'}")
    let table = ResultTable(result: result).table(.blocking)
    #expect(table.rows.map { $0[$0.count - 2] } == ["–", "server 0,2"])
  }

  @Test func `where nothing is bound there is no such column`() async throws {
    let result = try await result("{backend: threads}")
    #expect(!ResultTable(result: result).table(.blocking).columns.contains { $0.title == "CPUs" })
  }

  private func result(_ servers: String, more: String = "rounds: 6") async throws -> SuiteResult {
    try await SuiteResult.simulating(
      try Plan.reading("{name: a, servers: [\(servers)], \(more)}"), SimulatedExecutor())
  }
}
