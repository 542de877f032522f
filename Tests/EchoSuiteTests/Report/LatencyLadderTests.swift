import Testing

@testable import EchoIO
@testable import EchoSuite

struct LatencyLadderTests {
  @Test func `the percentiles rise, and are the numbers that they are written as`() {
    let percentiles = LatencyLadder.percentiles
    #expect(percentiles == percentiles.sorted() && Set(percentiles).count == percentiles.count)
    #expect(percentiles.prefix(10) == [0, 20, 40, 50, 60, 70, 80, 85, 90, 92])
    #expect(percentiles.contains(99.9) && percentiles.contains(99.99))
    for percentile in percentiles {
      let text = LatencyLadder.Step(percentile: percentile, nanoseconds: 1).percentileText
      #expect(Double(text) == percentile && !text.contains(where: { $0 == "e" }))
    }
    #expect(LatencyLadder.Step(percentile: 0, nanoseconds: 1).percentileText == "0")
    #expect(LatencyLadder.Step(percentile: 90, nanoseconds: 1).percentileText == "90")
  }

  /// What is counted from the decoded buckets, without asking for a percentile.
  @Test(arguments: ["latency", "quick"])
  func `a merged ladder is what the histograms of its rounds hold`(suite: String) throws {
    let result = try CommittedResults.open(suite)
    for row in result.summaries where row.status == .measured {
      let ladder = try #require(LatencyLadder(row))
      var counts: [UInt64: UInt64] = [:]
      for round in row.rounds {
        let text = try #require(round.client?.latency.hdrV2)
        for bucket in try LatencyHistogram(decoding: text).buckets {
          counts[bucket.values.upperBound, default: 0] += bucket.count
        }
      }
      let total = counts.values.reduce(0, +)
      let most = row.rounds.compactMap { $0.client?.latency.max }.max() ?? 0
      #expect(ladder.samples == total)
      for step in ladder.steps {
        let within = counts.filter { $0.key <= step.nanoseconds }.values.reduce(0, +)
        let isLast = step.nanoseconds == most
        #expect(isLast || Double(within) >= Double(total) * step.percentile / 100 - 1e-6)
        // One bucket less would not do.
        let below = counts.filter { $0.key < step.nanoseconds }.values.reduce(0, +)
        #expect(isLast || Double(below) < max(1, Double(total) * step.percentile / 100 + 1e-6))
      }
      #expect(ladder.steps.map(\.nanoseconds) == ladder.steps.map(\.nanoseconds).sorted())
    }
  }

  @Test func `a ladder ends where ten samples remain`() throws {
    let ladder = try #require(LatencyLadder(recorded(1000), .serviceTime))
    #expect(ladder.samples == 1000)
    #expect(ladder.steps.last?.percentile == 99)
    #expect(ladder[99] == 990 && ladder[99.2] == nil)
    #expect(LatencyLadder(recorded(20), .serviceTime)?.steps.last?.percentile == 50)
    #expect(LatencyLadder(recorded(19), .serviceTime) == nil)
    #expect(LatencyLadder(LatencyHistogram(), .serviceTime) == nil)
  }

  @Test func `of a row that misses the histogram of a round there is none`() async throws {
    let plan = try Plan.threeServers(rounds: 3)
    func ladder(_ broken: Int?) async throws -> LatencyLadder? {
      let histogram = recorded(1000)
      let executor = SimulatedExecutor { call, scenario in
        var measurement = Measurement.simulated(call, scenario, SimulatedLoad())
        measurement.client?.latency = ClientReport.Latency(histogram)
        if call.trial.round == broken { measurement.client?.latency.hdrV2 = "HIST" }
        return measurement
      }
      let result = try await SuiteResult.simulating(plan, executor)
      return LatencyLadder(try #require(result.summaries.first))
    }
    let whole = try #require(try await ladder(nil))
    #expect(whole.samples == 3000 && whole[99] == 990 && whole.kind == .serviceTime)
    #expect(try await ladder(2) == nil)
  }

  /// 1 to `count` nanoseconds, one each.
  private func recorded(_ count: UInt64) -> LatencyHistogram { .recorded(1...count) }
}
