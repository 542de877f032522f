import EchoIO
import Foundation
import Testing

@testable import EchoSuite

/// One entry in the list of metrics is enough to be in every report.
struct MetricReportTests {
  /// Of a closed loop with five connections it is not known what one takes, nor what is of an open loop, or
  /// searched.
  private static let unknown: Set<Metric> = [
    .serverMemoryPerConnection, .rateKept, .behind, .p999, .serviceP50, .serviceP99, .rateThatHolds,
  ]
  private static let compared = Metric.compared(under: [Load()])

  @Test func `every metric is a column of CSV`() async throws {
    let lines = try ReportFormat.csv.render(try await result()).split(separator: "\n")
    let names = lines[0].split(separator: ",").map(String.init)
    #expect(Set(names).count == names.count)
    for metric in Metric.all where !Self.unknown.contains(metric) {
      let column = try #require(names.firstIndex(of: metric.key), "\(metric.key)")
      #expect(lines[1].split(separator: ",", omittingEmptySubsequences: false)[column] != "")
    }
  }

  @Test func `every metric is described in JSON, and has an estimate there`() async throws {
    let text = try ReportFormat.json.render(try await result())
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let metrics = try #require(document["metrics"] as? [[String: Any]])
    #expect(metrics.map { $0["key"] as? String } == Metric.all.map(\.key))
    let rows = try #require(document["summaries"] as? [[String: Any]])
    let estimates = try #require(rows[0]["estimates"] as? [String: Any])
    let known = Metric.all.filter { !Self.unknown.contains($0) }
    #expect(Set(estimates.keys) == Set(known.map(\.key)))
    let compared = Set(Self.compared.map(\.key))
    let comparisons = try #require(document["comparisons"] as? [[String: Any]])
    let twin = try #require(document["twin"] as? [String: Any])
    for part in [twin["ratios"], rows[0]["by_round"], comparisons[0]["ratios"]] {
      #expect(Set(try #require(part as? [String: Any]).keys) == compared)
    }
  }

  @Test func `a metric that is in tables is a column, with a figure`() async throws {
    let table = ResultTable(result: try await result()).table(.blocking)
    let titles = table.columns.map(\.title)
    for metric in Metric.all where metric.inTables == .all {
      let column = try #require(titles.firstIndex(of: metric.title), "\(metric.key)")
      #expect(table.rows[0][column] != "–")
    }
    // Threads stand there too, beside the number of processes.
    let others = Metric.all.filter { $0.inTables != .all && $0 != .serverThreads }
    #expect(Set(titles).isDisjoint(with: others.map(\.title)))
  }

  @Test func `servers are compared by every metric that says so`() async throws {
    let result = try await result()
    #expect(Self.compared.allSatisfy { result.twin?[$0] != nil })
    let table = ComparisonSection(result: result).blocks.compactMap { block in
      if case .table(let table) = block { table } else { nil }
    }.first
    let ratios = try #require(table).columns.map(\.title).filter { $0.hasSuffix(" ratio") }
    #expect(ratios.count == Self.compared.count)
    #expect(Set(ratios).isSuperset(of: ["Messages/s ratio", "Server CPU ratio"]))
  }

  private func result() async throws -> SuiteResult {
    try await SuiteResult.simulating(try Plan.threeServers(), SimulatedExecutor())
  }
}
