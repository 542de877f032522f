import EchoIO
import Testing

@testable import EchoSuite

/// Words and figures of a report's sections that depend on how many there are.
struct SectionTests {
  // MARK: - The tables

  @Test func `a column of ratios to one reference names it, one of several none`() async throws {
    let servers = "{name: a, command: 'a {port}'}, {name: b, command: 'b {port}'}"
    for (third, title) in [("", "× a"), (", against: b", "× reference")] {
      let result = try await result(
        "rounds: 12, twin: false, servers: [\(servers), {name: c, command: 'c {port}'\(third)}]")
      let table = try #require(tables(EssentialTable(result: result).blocks).first)
      let column = try #require(table.columns.firstIndex { $0.title == title })
      let first = table.rows.map { $0[column] }[0]
      #expect(first == "= 1")
      let introduction = words(ComparisonSection(result: result).blocks)[0]
      #expect(
        introduction.hasPrefix(
          "Each module against \(third.isEmpty ? "a" : "the one beside it") in the same rounds, at")
      )
    }
  }

  @Test func `a row in brief has the time of half of the messages, and of all but a hundredth`()
    async throws
  {
    let result = try await result("rounds: 2, servers: [{backend: threads}]")
    let table = try #require(tables(EssentialTable(result: result).blocks).first)
    let column = try #require(table.columns.firstIndex { $0.title == "p50–p99 µs" })
    #expect(table.rows.map { $0[column] } == ["100.0–300.0"])
  }

  @Test(arguments: [(1, "9"), (2, "9 in 2 processes")])
  func `processes are told where there are several`(processes: Int, cell: String) async throws {
    let result = try await result("rounds: 2, servers: [{backend: threads}]") { measurement in
      measurement.client?.server?.processes = processes
    }
    let table = ResultTable(result: result).table(.blocking)
    let column = try #require(table.columns.firstIndex { $0.title == "Server threads" })
    #expect(table.rows.map { $0[column] } == [cell])
  }

  @Test(arguments: [
    (["it lies"], "it lies"), (["it lies", "it stalls"], "it lies (and 1 more)"),
    (["it lies", "it stalls", "it dies"], "it lies (and 2 more)"),
  ])
  func `of several reasons the first is told, and how many others there are`(
    reasons: [String], cell: String
  ) async throws {
    let result = try await result("rounds: 1, servers: [{backend: threads}]") { measurement in
      measurement.client?.valid = false
      measurement.client?.invalidReasons = reasons
    }
    let table = ResultTable(result: result).table(.blocking)
    #expect(table.rows.map(\.last) == [cell])
  }

  @Test func `a table is headed by all numbers of connections, the largest last`() async throws {
    let result = try await result(
      "rounds: 1, engines: event, workers: 1, connections: [50, 5], servers: [{backend: libuv}]")
    #expect(
      headings(ResultSection(result: result).blocks) == [
        "Results with the event client (5 or 50 connections, epoll in 1 thread)"
      ])
  }

  // MARK: - What is said of them

  @Test func `which interval a table has is said by its loads`() async throws {
    let times = [
      ("closed", "of Messages/s, in this run"),
      ("10k", "of Messages/s or p50, as the column says, in this run"),
      ("[closed, 10k]", "of Messages/s, and of p50 in an open loop, in this run"),
    ]
    for (rates, words) in times {
      let result = try await result(
        "rounds: 1, engines: event, event_workers: 1, rates: \(rates), servers: [{backend: libuv}]")
      #expect(Footnotes(result: result).items[1].words.hasPrefix("95 % interval: \(words)."))
    }
  }

  @Test func `the legend of a matrix speaks of its first column where there are several`()
    async throws
  {
    for (sizes, isTold) in [("1000", false), ("[1000, 64k]", true)] {
      let result = try await result(
        "rounds: 8, sizes: \(sizes), servers: [{backend: threads}, {backend: libuv}]")
      let legend = try #require(words(MatrixSection(matrices: RatioMatrix.all(result)).blocks).last)
      #expect(
        legend.hasSuffix("CPU and p99 are those\(isTold ? " of the first column of ratios" : "")."))
      #expect(legend.contains("shown to be within 10 %;"))
    }
  }

  // MARK: - How and where it was measured

  @Test(arguments: [
    ("rounds: 1", "1 round of 1 scenario, in an order"),
    ("rounds: 5", "5 rounds of 1 scenario, in an order"),
    (
      "precision: 5%, min_rounds: 8, max_rounds: 30",
      "8 to 30 rounds, until ±5 % was reached and every comparison had a verdict, of 1 scenario, in an"
    ),
    (
      "precision: 5%, other_precision: 20%, budget: 90s",
      "8 to 60 rounds, until ±5 % was reached (±20 % where nothing is compared) and every comparison had"
        + " a verdict, in at most 90s of measuring, of 1 scenario"
    ),
  ])
  func `how many rounds there were to be is said`(goals: String, start: String) throws {
    let plan = try plan("\(goals), twin: false, servers: [{backend: threads}]")
    let result = SuiteResult(plan: plan, machine: .simulated, measurements: [])
    #expect(words(MethodSection(result: result).blocks)[0].hasPrefix(start))
  }

  @Test func `repeats of disturbed trials are told apart from trials that were made up for`()
    async throws
  {
    let plan = try plan("rounds: 3, twin: false, servers: [{backend: threads}]")
    func measurement(_ round: Int, _ attempt: Int, failed: Bool = false) -> Measurement {
      let call = SimulatedExecutor.Call(
        trial: Trial(scenario: 0, round: round), server: "threads", attempt: attempt)
      return failed
        ? .simulated(call, plan.scenarios[0], .failed(reason: "it died"))
        : .simulated(call, plan.scenarios[0], SimulatedLoad())
    }
    var attempts = Attempts([
      measurement(1, 1), measurement(1, 2), measurement(2, 1, failed: true),
      measurement(3, 1, failed: true),
    ])
    func words() -> String {
      let result = SuiteResult(plan: plan, machine: .simulated, attempts: attempts)
      return self.words(MethodSection(result: result).blocks)[0]
    }
    #expect(words().contains(" 1 attempt was a repeat of a disturbed one. Placement"))
    attempts.append(measurement(1, 3))
    #expect(words().contains(" 2 attempts were repeats of disturbed ones. Placement"))
    attempts.reopen()
    attempts.append(measurement(2, 2))
    #expect(
      words().contains(
        " ones; 1 trial that could not run ran when the suite was gone on with. Placement"))
    attempts.append(measurement(3, 2))
    #expect(words().contains(" ones; 2 trials that could not run ran when"))
  }

  @Test func `a line says where it was measured, and in how many rounds`() async throws {
    func line(_ rounds: Int, missing: Set<Int> = []) async throws -> String {
      let plan = try plan(
        "rounds: \(rounds), twin: false, servers: [{backend: threads}, {backend: libuv}]")
      let all = try await Suite.measuring(plan, SimulatedExecutor())
      let result = SuiteResult(
        plan: plan, machine: .simulated,
        measurements: all.filter { $0.scenario == 0 || !missing.contains($0.round) })
      return MachineSection(result: result).line.words
    }
    let machine = "2 CPUs of Simulated CPU, virtual machine, Linux 6.1.0"
    #expect(try await line(1) == "\(machine), 1 round, 2026-01-02.")
    #expect(try await line(6) == "\(machine), 6 rounds, 2026-01-02.")
    #expect(try await line(6, missing: [2, 5]) == "\(machine), 4 to 6 rounds, 2026-01-02.")
  }

  @Test func `a machine has its memory in GiB`() async throws {
    let result = try await result("rounds: 1, servers: [{backend: threads}]")
    let table = try #require(tables(MachineSection(result: result).blocks).first)
    #expect(table.rows.contains(["Memory", "4.0 GiB"]))
    #expect(table.rows.contains(["CPUs to run on", "2"]))
  }

  // MARK: - A suite

  private func plan(_ keys: String) throws -> Plan { try Plan.reading("{name: a, \(keys)}") }

  private func result(
    _ keys: String, _ adjust: @escaping @Sendable (inout Measurement) -> Void = { _ in }
  ) async throws -> SuiteResult {
    try await SuiteResult.simulating(
      try plan(keys),
      SimulatedExecutor { call, scenario in
        var measurement = Measurement.simulated(call, scenario, SimulatedLoad())
        adjust(&measurement)
        return measurement
      })
  }

  private func tables(_ blocks: [Document.Block]) -> [Table] {
    blocks.compactMap { block in if case .table(let table) = block { table } else { nil } }
  }

  private func words(_ blocks: [Document.Block]) -> [String] {
    blocks.compactMap { block in if case .paragraph(let text) = block { text.words } else { nil } }
  }

  private func headings(_ blocks: [Document.Block]) -> [String] {
    blocks.compactMap { block in if case .heading(let words, _) = block { words } else { nil } }
  }
}
