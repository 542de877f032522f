import EchoIO
import Foundation
import Testing

@testable import EchoSuite

/// What reports say of rows that have a rate.
struct OpenLoopReportTests {
  /// `threads` keeps the first rate and not the second; `libuv` keeps both, and takes half the time.
  private func result(_ rates: String = "[10k, 50k]") async throws -> SuiteResult {
    let plan = try Plan.reading(
      """
      {name: open, rounds: 8, rates: \(rates), arrivals: poisson, event_workers: 1,
      servers: [{backend: threads}, {backend: libuv}]}
      """)
    return try await SuiteResult.simulating(
      plan,
      SimulatedExecutor { call, scenario in
        let rate = Double(scenario.load.rate ?? 0)
        let isSlow = call.server == "threads" && rate > 40_000
        var load = SimulatedLoad(messagesPerSecond: isSlow ? 31_200 : rate)
        load.behindNanoseconds = isSlow ? 1_234_000_000 : 0
        var measurement = Measurement.simulated(call, scenario, load)
        let factor: UInt64 = call.server == "libuv" ? 50 : 100
        let noise = UInt64(call.trial.round)
        measurement.client?.latency.percentiles = [
          "50": factor * (1000 + noise), "90": factor * 2000, "99": factor * (3000 + noise),
          "99.9": factor * 4000,
        ]
        return measurement
      })
  }

  @Test func `tables have response times beside what was kept of the rate`() async throws {
    let table = ResultTable(result: try await result()).table(.event)
    let titles = table.columns.map(\.title)
    let wanted = [
      "Rate kept", "p50 µs", "p50 interval", "p99 µs", "p99.9 µs", "Service p50 µs",
      "Service p99 µs",
    ]
    #expect(titles.filter(wanted.contains) == wanted)
    // That of Messages/s would be of what was offered.
    #expect(!titles.contains("95 % interval"))
    let kept = try #require(titles.firstIndex(of: "Rate kept"))
    #expect(table.rows.map { $0[kept] } == ["1.000", "0.624", "1.000", "1.000"])
    let bottleneck = try #require(titles.firstIndex(of: "Bottleneck"))
    #expect(table.rows.map { $0[bottleneck] == "–" } == [true, false, true, true])
  }

  @Test func `a row whose rate was not reached is marked, and explained`() async throws {
    let result = try await result()
    let label = "offered 50,000/s, achieved 31,200/s; 1.2 s behind at the end"
    #expect(
      result.summaries.map { $0.warnings(of: result.plan).map(\.label) } == [[], [label], [], []])
    let text = Document(result).markdown
    #expect(text.contains("*offered, achieved*: the rate was not reached"))
    #expect(text.contains("each trial; open loop;"))
    #expect(text.contains("epoll in 1 thread, poisson)"))
  }

  @Test func `what random arrivals explain is no rate that was missed`() async throws {
    func labels(_ arrivals: String) async throws -> [String] {
      let plan = try Plan.reading(
        """
        {name: chance, rounds: 1, rates: 10k, arrivals: \(arrivals), twin: false,
        servers: [{backend: threads}]}
        """)
      // A thousand messages in a tenth of a second, less 5 %: one and a half standard deviations.
      let executor = SimulatedExecutor(SimulatedLoad(messagesPerSecond: 9500))
      let result = try await SuiteResult.simulating(plan, executor)
      return result.summaries[0].warnings(of: plan).map(\.label)
    }
    #expect(try await labels("poisson") == [])
    #expect(try await labels("steady") == ["offered 10,000/s, achieved 9,500/s"])
  }

  @Test func `times are compared, and Messages per second are not`() async throws {
    let result = try await result()
    #expect(result.comparisons.count == 2)
    for comparison in result.comparisons {
      #expect(comparison[.messagesPerSecond] == nil)
      #expect(comparison[.p50]?.verdict == .better)
      #expect(comparison[.p99]?.verdict == .better)
      #expect(comparison[.serverCPU] != nil)
    }
    let titles = ComparisonSection(result: result).blocks.compactMap { block in
      if case .table(let table) = block { table.columns.map(\.title) } else { nil }
    }.first
    let ratios = try #require(titles).filter { $0.hasSuffix(" ratio") }
    #expect(ratios == ["p50 ratio", "p99 ratio", "Server CPU ratio"])
    #expect(result.twin?.differences == [] && result.twin?[.messagesPerSecond] == nil)
  }

  @Test func `two runs are compared by times, too`() async throws {
    let (base, new) = (try await result(), try await result())
    let comparison = RunComparison(base: base, new: new, threshold: 0.05)
    #expect(comparison.untold.isEmpty)
    #expect(Set(comparison.rows[0].ratios.keys) == ["p50_ns", "p99_ns", Metric.serverCPU.key])
    let titles = ComparisonTable(comparison: comparison).rows.columns.map(\.title)
    #expect(titles.contains("p50 ratio") && !titles.contains("Messages/s ratio"))
  }

  @Test func `rows with and without a rate keep what is theirs in one table`() async throws {
    let plan = try Plan.reading(
      """
      {name: both, rounds: 8, rates: [closed, 10k], engines: event, event_workers: 1, twin: false,
      servers: [{backend: threads}]}
      """)
    let result = try await SuiteResult.simulating(plan, SimulatedExecutor())
    let table = ResultTable(result: result).table(.event)
    let titles = table.columns.map(\.title)
    let throughput = try #require(titles.firstIndex(of: "95 % interval"))
    let time = try #require(titles.firstIndex(of: "p50 interval"))
    #expect(table.rows.map { $0[throughput] == "–" } == [false, true])
    #expect(table.rows.map { $0[time].hasPrefix("100.0–") } == [false, true])
    #expect(Document(result).markdown.contains("closed and open loops;"))
  }

  @Test func `rounds go on until the times are known, not what was offered`() async throws {
    let plan = try Plan.reading(
      """
      {name: goal, precision: 2%, max_rounds: 12, rates: 10k, event_workers: 1, twin: false,
      servers: [{backend: threads}]}
      """)
    let result = try await SuiteResult.simulating(
      plan,
      SimulatedExecutor { call, scenario in
        var measurement = Measurement.simulated(call, scenario, SimulatedLoad())
        let isOdd = call.trial.round.isMultiple(of: 2)
        measurement.client?.latency.percentiles["50"] = isOdd ? 100_000 : 200_000
        return measurement
      })
    #expect(result.summaries[0].rounds.count == 12)
    #expect(result.summaries[0].precision ?? 0 > 0.02)
  }
}
