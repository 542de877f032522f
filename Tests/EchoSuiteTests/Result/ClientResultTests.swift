import EchoIO
import FoundationEssentials
import Testing

@testable import EchoSuite

/// What is said of rows that another client drove, and how clients are compared.
struct ClientResultTests {
  /// Two servers, each driven by our own client and by another.
  private func plan(rounds: Int = 12) throws -> Plan {
    try Plan.reading(
      """
      name: driven
      rounds: \(rounds)
      twin: false
      servers: [{backend: threads}, {backend: libuv}]
      clients: [{name: other, command: "drive {options}"}]
      """)
  }

  /// Where the other client drives, it takes half of the CPU time.
  private func simulated(_ told: Bool = false, wrong: String? = nil) -> SimulatedExecutor {
    SimulatedExecutor { call, scenario in
      let spread = 1 + 0.01 * Double(call.trial.round % 3)
      var load = SimulatedLoad(
        messagesPerSecond: 100_000 * spread, serverCPUNanoseconds: 6000,
        clientCPUNanoseconds: (scenario.client == nil ? 2000 : 1000) * spread)
      if scenario.client == nil, scenario.server.name == wrong {
        load.invalidReasons = ["it sends what it likes"]
      }
      guard told, scenario.client != nil else { return .simulated(call, scenario, load) }
      let report = ForeignReport(
        messages: load.messagesPerSecond.rounded(), seconds: 1,
        clientCPUNanoseconds: load.clientCPUNanoseconds * load.messagesPerSecond.rounded())
      return Measurement(
        call.trial, name: scenario.name, attempt: call.attempt, outcome: .ran,
        foreign: ForeignRun(
          report, at: "127.0.0.1:1", load: scenario.load, seed: 1, warmup: 0,
          startUnix: UInt64(call.trial.round) * 1_000_000_000))
    }
  }

  @Test(arguments: [false, true])
  func `clients are compared with the same server, servers with the same client`(
    told: Bool
  ) async throws {
    let result = try await SuiteResult.simulating(try plan(), simulated(told))
    let pairs = result.comparisons.map {
      "\($0.subject): \($0.summary.scenario.server.name) by \($0.summary.scenario.clientName)"
        + " / \($0.reference.scenario.server.name) by \($0.reference.scenario.clientName)"
    }
    #expect(
      pairs == [
        "servers: libuv by echobench / threads by echobench",
        "servers: libuv by other / threads by other",
        "clients: threads by other / threads by echobench",
        "clients: libuv by other / libuv by echobench",
      ])
    let clients = result.comparisons.filter { $0.subject == .clients }
    for comparison in clients {
      #expect(comparison[.clientCPU]?.verdict == .better)
      #expect(comparison[.clientCPU].flatMap(\.value).map { abs($0 - 0.5) < 0.01 } == true)
      #expect(comparison[.serverCPU] == nil)
    }
  }

  @Test func `a row says whose figures it has, and that nobody here verified them`() async throws {
    let result = try await SuiteResult.simulating(try plan(), simulated(true))
    let report = try ReportFormat.markdown.render(result)
    #expect(report.contains("| Client    |"))
    #expect(report.contains("| counted by other, not verified by echobench |"))
    #expect(report.contains("- *counted by*: "))
    #expect(report.contains("verified round trips, but where a warning says otherwise;"))
    #expect(report.contains("Each client against `echobench`"))
    #expect(result.verdict == .fine)
    let lines = try ReportFormat.csv.render(result).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let verify = try #require(lines[0].firstIndex(of: "verify"))
    let client = try #require(lines[0].firstIndex(of: "client"))
    #expect(lines.dropFirst().map { $0[client] } == ["echobench", "other", "echobench", "other"])
    #expect(lines.dropFirst().map { $0[verify] } == ["full", "", "full", ""])
  }

  @Test func `what such a client does not tell is unknown`() async throws {
    let result = try await SuiteResult.simulating(try plan(), simulated(true))
    let row = try #require(result.summaries.first { $0.scenario.client != nil })
    #expect(row[.clientCPU].map { abs($0.value - 1000) < 20 } == true)
    for metric in [Metric.serverCPU, .p50, .p99, .reads, .serverThreads] {
      #expect(row[metric] == nil, "\(metric.key)")
    }
    #expect(row.connections == nil && row.bottleneck == nil && row.bytesBackPerByteSent == nil)
    #expect(row.disturbedRounds == 0 && result.repeats == 0)
  }

  @Test(arguments: [false, true])
  func `a server that our own client finds wrong has no figure from another either`(
    told: Bool
  ) async throws {
    let result = try await SuiteResult.simulating(try plan(), simulated(told, wrong: "libuv"))
    #expect(result.summaries.map(\.status) == [.measured, .measured, .invalid, .invalid])
    #expect(
      result.summaries[3].reasons == ["this program's own client: it sends what it likes"])
    #expect(result.summaries[3][.messagesPerSecond] == nil)
    #expect(!result.comparisons.contains { $0.summary.scenario.server.name == "libuv" })
    #expect(result.verdict == .invalid)
  }

  @Test func `a server is compared with the one that it names`() async throws {
    let plan = try Plan.reading(
      """
      name: against
      twin: false
      servers:
        - {name: a, command: "a {port}"}
        - {name: b, command: "b {port}"}
        - {name: c, command: "c {port}", against: b}
        - {name: d, command: "d {port}"}
      """)
    let result = try await SuiteResult.simulating(plan, SimulatedExecutor())
    let pairs = result.comparisons.map {
      $0.summary.scenario.server.name + $0.reference.scenario.server.name
    }
    #expect(pairs == ["ba", "cb", "da"])
  }

  @Test func `the log keeps what was told, and gives it back`() throws {
    let told = ForeignReport(
      messages: 100_000, seconds: 0.5, startUnix: 7e9, clientCPUNanoseconds: 1e8,
      serverCPUNanoseconds: 3e8, latency: ["50": 11_000, "99": 40_000, "99.9": 90_000])
    let run = ForeignRun(
      told, at: "127.0.0.1:1", load: Load(), seed: 5, warmup: 1_000_000, startUnix: 1)
    let measurement = Measurement(
      Trial(scenario: 0, round: 1), name: "a", attempt: 1, outcome: .ran, foreign: run)
    let data = try JSONEncoder().encode(measurement)
    let text = String(decoding: data, as: UTF8.self)
    #expect(text.contains(#""foreign_client":"#) && !text.contains(#""client":"#))
    let back = try JSONDecoder().decode(Measurement.self, from: data)
    #expect(back == measurement)
    let report = try #require(back.client)
    #expect(report.valid && report.throughput.messagesPerSecond == 200_000)
    #expect(report.throughput.bytesPerSecond == 200_000_000)
    #expect(report.window.startUnix == 7_000_000_000 && report.window.duration == 500_000_000)
    #expect(report.latency.percentiles["99"] == 40_000)
    #expect(Metric.serverCPU.value(back) == 3000 && Metric.clientCPU.value(back) == 1000)
  }

  @Test func `a percentile with fewer than ten samples above it is left out`() {
    let told = ForeignReport(messages: 999, seconds: 1, latency: ["50": 1, "90": 2, "99": 3])
    let run = ForeignRun(told, at: "", load: Load(), seed: 1, warmup: 0, startUnix: 1)
    let latency = run.report.latency.percentiles.compactMapValues { $0 }
    #expect(latency == ["50": 1, "90": 2])
  }

  @Test func `a window without a reply has stalled, as with our own client`() {
    let told = ForeignReport(messages: 0, seconds: 1)
    let run = ForeignRun(told, at: "", load: Load(), seed: 1, warmup: 0, startUnix: 1)
    let measurement = Measurement(
      Trial(scenario: 0, round: 1), name: "a", attempt: 1, outcome: .ran, foreign: run)
    #expect(measurement.isEmpty && Metric.messagesPerSecond.value(measurement) == 0)
  }

  @Test func `rows of two runs are the same only when the same client drove`() async throws {
    let base = try await SuiteResult.simulating(try plan(), simulated(true))
    let own = try await SuiteResult.simulating(
      try Plan.reading("{name: own, rounds: 12, twin: false, servers: [{backend: threads}]}"),
      SimulatedExecutor())
    let (matches, baseAlone, newAlone) = RunMatch.all(base: base.summaries, new: own.summaries)
    #expect(matches.map(\.base.scenario.name) == ["threads, 64k buffer, 1000 B, blocking"])
    #expect(baseAlone.map(\.scenario.clientName) == ["other", "echobench", "other"])
    #expect(newAlone.isEmpty)
    let again = RunMatch.all(base: base.summaries, new: base.summaries).matches
    #expect(
      again.map(\.load) == [
        "1000 B, blocking", "1000 B, blocking, client other", "1000 B, blocking",
        "1000 B, blocking, client other",
      ])
  }
}
