import EchoIO
import Testing

@testable import EchoSuite

struct SuiteResultTests {
  @Test func `the first server that measured is the reference`() async throws {
    let result = try await result { $0 == "threads" ? nil : 10_000 }
    #expect(result.comparisons.map(\.reference.scenario.server.name) == ["dispatch"])
    #expect(result.comparisons.map(\.summary.scenario.server.name) == ["other"])
  }

  @Test func `rows that are equal are shown to be`() async throws {
    // By 2 % this way or that, from round to round.
    let executor = SimulatedExecutor { call, scenario in
      let sign = (call.trial.round + scenario.name.count).isMultiple(of: 2) ? 1.0 : -1
      return .simulated(
        call, scenario, SimulatedLoad(messagesPerSecond: 10_000 * (1 + 0.02 * sign)))
    }
    let result = try await SuiteResult.simulating(try Plan.threeServers(rounds: 8), executor)
    #expect(result.comparisons.map(\.[.messagesPerSecond]?.verdict.word) == ["tie", "tie"])
    #expect(result.twin?.differences == [])
  }

  @Test func `a scenario that differs from itself is an alarm, and no threshold`() async throws {
    let plan = try Plan.threeServers(rounds: 8)
    let executor = SimulatedExecutor { call, scenario in
      let rate = scenario.isTwin ? 12_000.0 : call.server == "other" ? 11_500 : 10_000
      let jitter = 1 + 0.01 * Double(call.trial.round % 3)
      return .simulated(call, scenario, SimulatedLoad(messagesPerSecond: rate * jitter))
    }
    let result = try await SuiteResult.simulating(plan, executor)
    #expect(result.twin?.differences == [.messagesPerSecond])
    #expect(
      result.twin?.words.hasSuffix(" is not shown to differ from itself, nor to be equal") == true)
    #expect(result.comparisons.last?[.messagesPerSecond]?.verdict == .better)
    let report = try ReportFormat.markdown.render(result)
    #expect(report.contains("**One scenario differs from itself**: threads, "))
    #expect(report.contains("differ in Messages/s with 99.9 % confidence"))
  }

  @Test func `a difference in throughput and CPU is told for each`() async throws {
    let plan = try Plan.threeServers(rounds: 8)
    let executor = SimulatedExecutor { call, scenario in
      let isOther = call.server == "other"
      return .simulated(
        call, scenario,
        SimulatedLoad(
          messagesPerSecond: isOther ? 20_000 : 10_000,
          serverCPUNanoseconds: isOther ? 12_000 : 8000))
    }
    let other = try #require(try await SuiteResult.simulating(plan, executor).comparisons.last)
    let throughput = try #require(other[.messagesPerSecond])
    #expect(throughput.verdict == .better && throughput.rounds == 8)
    #expect(abs((throughput.value ?? 0) - 2) < 1e-9)
    let cpu = try #require(other[.serverCPU])
    #expect(cpu.verdict == .worse && abs((cpu.value ?? 0) - 1.5) < 1e-9)
  }

  @Test(arguments: 1...7)
  func `fewer than eight rounds decide nothing`(rounds: Int) async throws {
    let plan = try Plan.threeServers(rounds: rounds)
    let executor = SimulatedExecutor { call, scenario in
      let rate = call.server == "other" ? 20_000.0 : 10_000
      return .simulated(call, scenario, SimulatedLoad(messagesPerSecond: rate))
    }
    let result = try await SuiteResult.simulating(plan, executor)
    #expect(result.comparisons.map(\.[.messagesPerSecond]?.verdict) == [.undecided, .undecided])
  }

  @Test func `one round has no interval`() async throws {
    let result = try await SuiteResult.simulating(
      try Plan.threeServers(rounds: 1), SimulatedExecutor())
    #expect(result.summaries.allSatisfy { $0[.headline] != nil && $0[.headline]?.interval == nil })
    #expect(ResultTable(result: result).table(.blocking).rows.map { $0[5] } == ["–", "–", "–"])
  }

  @Test func `a row that is alone has the median and the interval of order statistics`()
    async throws
  {
    let plan = try Plan.reading(
      "{name: one, rounds: 6, twin: false, servers: [{backend: threads}]}")
    let executor = SimulatedExecutor { call, scenario in
      .simulated(
        call, scenario, SimulatedLoad(messagesPerSecond: 1000 * Double(call.trial.round)))
    }
    let row = try #require(try await SuiteResult.simulating(plan, executor).summaries.first)
    let estimate = try #require(row[.headline])
    #expect(estimate.method == .median && estimate.value == 3500)
    #expect(estimate.interval == Interval(lower: 1000, upper: 6000, coverage: 0.96875))
  }

  @Test func `how many comparisons were made is said, and what chance does to them`() async throws {
    let report = try ReportFormat.markdown.render(
      try await SuiteResult.simulating(try Plan.threeServers(rounds: 12), SimulatedExecutor()))
    #expect(report.contains("4 comparisons were made, each looked at after 8 and 12 rounds."))
    #expect(report.contains("If all modules were equal, 0.01 of them would be called different"))
  }

  @Test func `too few rounds for any verdict are told as that`() async throws {
    for (rounds, isTold) in [(7, true), (8, false)] {
      let plan = try Plan.threeServers(rounds: rounds)
      let report = try ReportFormat.markdown.render(
        try await SuiteResult.simulating(plan, SimulatedExecutor()))
      let words = "nothing is decided in fewer than 8 rounds, and this suite has \(rounds)"
      #expect((plan.indecision == words) == isTold)
      #expect(report.contains("Of no comparison there is a verdict: **\(words)**.") == isTold)
      #expect(report.contains("4 comparisons were made: \(words).") == isTold)
      #expect(report.contains("each looked at after") == !isTold)
    }
    let alone = "{name: one, rounds: 1, servers: [{backend: threads}]}"
    #expect(try Plan.reading(alone).indecision == nil)
  }

  @Test func `each server is compared at the smallest buffer that the message fits`()
    async throws
  {
    let plan = try Plan.reading(
      """
      name: buffers
      sizes: [4k, 64k]
      buffers: [1k, 64k, 4k, 256k]
      servers:
        - backend: threads
        - backend: libuv
        - {name: free, command: "free {port}"}
        - {name: small, command: "small {port} {buffer_size}", buffers: [4k]}
      """)
    let result = try await SuiteResult.simulating(plan, SimulatedExecutor())
    let pairs = result.comparisons.map { comparison in
      [comparison.reference, comparison.summary].map {
        "\($0.scenario.server.name) \($0.scenario.server.bufferBytes ?? 0)"
      } + ["\(comparison.summary.scenario.load.size.bytes)"]
    }
    #expect(
      pairs == [
        ["threads 4096", "libuv 4096", "4096"], ["threads 4096", "free 0", "4096"],
        ["threads 4096", "small 4096", "4096"], ["threads 65536", "libuv 65536", "65536"],
        ["threads 65536", "free 0", "65536"],
      ])
  }

  @Test func `servers are compared under the same engine`() async throws {
    let plan = try Plan.reading(
      "{name: e, engines: [blocking, event], servers: [{backend: threads}, {backend: libuv}]}")
    let result = try await SuiteResult.simulating(plan, SimulatedExecutor())
    #expect(result.comparisons.map(\.summary.scenario.load.engine) == [.blocking, .event])
    #expect(result.comparisons.map(\.reference.scenario.load.engine) == [.blocking, .event])
  }

  @Test func `a twin is no row`() async throws {
    let result = try await result { _ in 10_000 }
    #expect(result.summaries.map(\.scenario.server.name) == ["threads", "dispatch", "other"])
    #expect(result.twin?.scenario == result.summaries.first?.scenario)
  }

  @Test func `what has not run is pending, and counted`() async throws {
    let plan = try Plan.threeServers()
    let measured = try await Suite.measuring(plan, SimulatedExecutor())
    let result = SuiteResult(
      plan: plan, machine: .simulated, measurements: Array(measured.prefix(2)))
    #expect(result.trialsDone == 2)
    #expect(result.summaries.contains { $0.status == .pending })
    let report = try ReportFormat.markdown.render(result)
    #expect(report.contains("**Partial**: 2 of 24 trials have run."))
  }

  @Test func `the verdict is that of the worst server`() async throws {
    func verdict(_ outcome: Measurement.Outcome?) async throws -> SuiteResult.Verdict {
      let executor = SimulatedExecutor { call, scenario in
        guard call.server == "other" else { return .simulated(call, scenario, SimulatedLoad()) }
        return outcome.map { .simulated(call, scenario, $0) }
          ?? .simulated(call, scenario, SimulatedLoad(invalidReasons: ["a byte is wrong"]))
      }
      return try await SuiteResult.simulating(try Plan.threeServers(), executor).verdict
    }
    #expect(try await verdict(nil) == .invalid)
    #expect(try await verdict(.failed(reason: "it died")) == .failed)
    #expect(try await verdict(.unavailable(reason: "not here")) == .fine)
  }

  @Test func `a server that could not run in one round has its figures, and the suite has failed`()
    async throws
  {
    let executor = SimulatedExecutor { call, scenario in
      guard call.server == "other", call.trial.round == 2 else {
        return .simulated(call, scenario, SimulatedLoad())
      }
      return .simulated(call, scenario, .failed(reason: "it died"))
    }
    let result = try await SuiteResult.simulating(try Plan.threeServers(), executor)
    #expect(result.verdict == .failed)
    #expect(result.summaries.allSatisfy { $0.status == .measured })
  }

  @Test func `a suite of which nothing could run has failed`() async throws {
    let executor = SimulatedExecutor { call, scenario in
      .simulated(call, scenario, .unavailable(reason: "not here"))
    }
    let result = try await SuiteResult.simulating(try Plan.threeServers(), executor)
    #expect(result.verdict == .failed)
  }

  /// A suite in which servers reach these rates, or fail.
  private func result(
    _ rate: @escaping @Sendable (String) -> Double?
  ) async throws -> SuiteResult {
    let executor = SimulatedExecutor { call, scenario in
      guard let rate = rate(call.server) else {
        return .simulated(call, scenario, .failed(reason: "it died"))
      }
      return .simulated(call, scenario, SimulatedLoad(messagesPerSecond: rate))
    }
    return try await SuiteResult.simulating(try Plan.threeServers(rounds: 8), executor)
  }
}
