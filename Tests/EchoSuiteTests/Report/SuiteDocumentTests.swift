import FoundationEssentials
import Testing

@testable import EchoSuite

/// What a report shows at once, and what it folds.
struct SuiteDocumentTests {
  @Test func `the answers come first, the full tables are folded`() throws {
    let result = SuiteResult(try TrialLog.open(SimulatedResults.folder.path()))
    let blocks = Document(result).blocks
    let headings = blocks.compactMap { block in
      if case .heading(let words, _) = block { words } else { nil }
    }
    #expect(
      headings == ["simulated", "Findings", "Against the reference", "Every row in brief"])
    let folded = blocks.compactMap { block in
      if case .details(let summary, _) = block { summary } else { nil }
    }
    #expect(
      folded.filter { $0 != "Distance from the floor" } == [
        "All figures, and what they mean", "What an unverifying client sees", "Comparison",
        "What a message costs", "How it was measured", "Where",
      ])
    let text = Document(result).markdown
    #expect(text.contains("| Server buffer size | Message size | "))
    #expect(text.contains("? 0.67"))
  }

  @Test func `more than sixty rows in brief are folded, too`() async throws {
    let servers = (1...61).map { "{name: peer\($0), command: 'peer \($0) {port}'}" }
    let plan = try Plan.reading(
      "{name: many, rounds: 1, twin: false, servers: [\(servers.joined(separator: ", "))]}")
    let blocks = EssentialTable(
      result: try await SuiteResult.simulating(plan, SimulatedExecutor())
    ).blocks
    guard case .details("Every row in brief (61)", let inner)? = blocks.first,
      case .table(let table)? = inner.first
    else {
      Issue.record("\(blocks.count)")
      return
    }
    #expect(table.rows.count == 61)
  }

  @Test func `sixty rows in brief are shown`() async throws {
    let servers = (1...60).map { "{name: peer\($0), command: 'peer \($0) {port}'}" }
    let plan = try Plan.reading(
      "{name: many, rounds: 1, twin: false, servers: [\(servers.joined(separator: ", "))]}")
    let result = try await SuiteResult.simulating(plan, SimulatedExecutor())
    guard case .heading("Every row in brief", 2)? = EssentialTable(result: result).blocks.first
    else {
      Issue.record("they are folded")
      return
    }
  }

  @Test func `a table in brief has few columns`() throws {
    let result = SuiteResult(try TrialLog.open(SimulatedResults.folder.path()))
    guard case .table(let table)? = EssentialTable(result: result).blocks.last else {
      Issue.record("no table")
      return
    }
    #expect(
      table.columns.map(\.title) == [
        "Module", "Buffer", "Message", "Messages/s", "× threads", "Server CPU µs/msg",
        "p50–p99 µs", "Bottleneck", "Warnings",
      ])
  }
}
