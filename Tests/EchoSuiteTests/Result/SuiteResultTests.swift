import EchoIO
import Testing

@testable import EchoSuite

struct SuiteResultTests {
  @Test func `the first server that measured is the reference`() async throws {
    let result = try await result { $0 == "threads" ? nil : 10_000 }
    #expect(result.comparisons.map(\.reference.scenario.server.name) == ["dispatch"])
    #expect(result.comparisons.map(\.summary.scenario.server.name) == ["other"])
  }

  @Test func `a ratio whose interval contains 1 is a tie`() async throws {
    let result = try await result { $0 == "other" ? 10_000 : 10_001 }
    #expect(result.comparisons.map(\.[.messagesPerSecond]?.verdict) == [.tie, .lower])
    #expect(result.noiseFloors.count == Metric.compared.count)
    #expect(result.noiseFloors.values.allSatisfy { $0.deviation == 0 })
  }

  @Test func `a difference within the noise floor is a tie`() async throws {
    let plan = try Plan.threeServers()
    let executor = SimulatedExecutor { call, scenario in
      var rate = call.server == "other" ? 10_300.0 : 10_000
      if scenario.isTwin { rate *= call.trial.round == 1 ? 1.05 : 0.99 }
      return .simulated(call, scenario, SimulatedLoad(messagesPerSecond: rate))
    }
    let result = try await SuiteResult.simulating(plan, executor)
    #expect(abs((result.noiseFloors[Metric.messagesPerSecond.key]?.deviation ?? 0) - 0.05) < 1e-9)
    #expect(result.noiseFloors[Metric.serverCPU.key]?.deviation == 0)
    #expect(result.comparisons.map(\.[.messagesPerSecond]?.verdict) == [.tie, .tie])
    #expect(result.comparisons.map(\.[.serverCPU]?.verdict) == [.tie, .tie])
  }

  @Test func `server CPU has a noise floor of its own`() async throws {
    let plan = try Plan.threeServers()
    let executor = SimulatedExecutor { call, scenario in
      let cost: Double = scenario.isTwin ? 8800 : call.server == "other" ? 8400 : 8000
      return .simulated(
        call, scenario,
        SimulatedLoad(messagesPerSecond: 10_000, serverCPUNanoseconds: cost))
    }
    let result = try await SuiteResult.simulating(plan, executor)
    #expect(result.noiseFloors[Metric.messagesPerSecond.key]?.deviation == 0)
    #expect(abs((result.noiseFloors[Metric.serverCPU.key]?.deviation ?? 0) - 0.1) < 1e-9)
    let other = try #require(result.comparisons.last?[.serverCPU])
    #expect(other.value == 1.05 && other.verdict == .tie)
  }

  @Test func `a difference in throughput and CPU is told for each`() async throws {
    let plan = try Plan.threeServers()
    let executor = SimulatedExecutor { call, scenario in
      let isOther = call.server == "other"
      return .simulated(
        call, scenario,
        SimulatedLoad(
          messagesPerSecond: isOther ? 20_000 : 10_000,
          serverCPUNanoseconds: isOther ? 12_000 : 8000))
    }
    let other = try #require(try await SuiteResult.simulating(plan, executor).comparisons.last)
    #expect(
      other[.messagesPerSecond]?.verdict == .higher && other[.messagesPerSecond]?.value == 2)
    #expect(other[.serverCPU]?.verdict == .higher && other[.serverCPU]?.value == 1.5)
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

  @Test func `an interval of too few rounds has its coverage beside it`() async throws {
    let plan = try Plan.threeServers(rounds: 6)
    let all = try await Suite.measuring(plan, SimulatedExecutor())
    let measurements = all.filter {
      plan.scenarios[$0.scenario].server.name != "other" || $0.round < 6
    }
    let result = SuiteResult(plan: plan, machine: .simulated, measurements: measurements)
    #expect(
      ResultTable(result: result).table(.blocking).rows.map { $0[5] }
        == ["10000–10000", "10000–10000", "10000–10000 (93.8 %)"])
    let report = try ReportFormat.markdown.render(result)
    #expect(report.contains("With fewer than 6 rounds it is their range, and its coverage stands"))
    let comparison = Document(blocks: ComparisonSection(result: result).blocks).markdown
    #expect(comparison.contains("Intervals have 95 % coverage, or what stands beside them"))
    #expect(comparison.contains("| 1.00–1.00 (93.8 %) | tie "))
    let whole = SuiteResult(plan: plan, machine: .simulated, measurements: all)
    #expect(
      !Document(blocks: ComparisonSection(result: whole).blocks).markdown.contains("coverage"))
  }

  @Test func `a twin is no row and gives the noise floor`() async throws {
    let result = try await result { _ in 10_000 }
    #expect(result.summaries.map(\.scenario.server.name) == ["threads", "dispatch", "other"])
    #expect(!result.noiseFloors.isEmpty)
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
    return try await SuiteResult.simulating(try Plan.threeServers(), executor)
  }
}
