import EchoIO
import Foundation
import Testing

@testable import EchoSuite

/// Suites whose trials look for the rate that holds.
struct SearchedSuiteTests {
  private static let servers = "servers: [{backend: threads}, {backend: libuv}]"

  private func plan(_ keys: String = "rounds: 8", _ servers: String = servers) throws -> Plan {
    try Plan.reading("{name: search, event_workers: 1, find_rate: 'p99<1ms', \(keys), \(servers)}")
  }

  /// `libuv` holds twice as much as `threads`, but for the rounds in which nothing does.
  private func executor(nothingIn rounds: Set<Int> = [], boundIn bound: Set<Int> = [])
    -> SimulatedExecutor
  {
    SimulatedExecutor { call, scenario in
      let isFast = call.server == "libuv"
      let rate = (isFast ? 40_000 : 20_000) + 100 * call.trial.round
      return try .simulated(
        call, scenario, found: isFast && rounds.contains(call.trial.round) ? nil : rate,
        isClientBound: isFast && bound.contains(call.trial.round))
    }
  }

  // MARK: - The key

  @Test func `a condition is an axis of the load, in its one form`() throws {
    let plan = try Plan.reading(
      """
      {name: search, connections: 9, twin: false, servers: [{backend: threads}],
      find_rate: [none, ' P99 < 1ms', 'max<=20ms and p50<0.2ms']}
      """)
    let conditions = plan.scenarios.prefix(3).map { $0.load.findRate?.argument }
    #expect(conditions == [nil, "p99<1ms", "max<=20ms,p50<200us"])
    #expect(plan.scenarios[1].load.isOpen && plan.scenarios[1].load.rate == nil)
    #expect(
      plan.scenarios[1].name
        == "threads, 64k buffer, 1000 B, 5 workers, 9 connections, rate at p99 < 1ms, event")
    #expect(plan.scenarios[1].load.arguments.contains("p99<1ms"))
    #expect(!plan.scenarios[0].load.arguments.contains("--find-rate"))
  }

  @Test(arguments: [
    ("rates: 10k", "'find_rate' looks for the rate, and a rate is given: leave one of them out"),
    ("rates: 20%", "'find_rate' looks for the rate, and a rate is given: leave one of them out"),
    ("engines: blocking", "'engines' must be event where there is a rate"),
    ("find_rate: p99", "'find_rate' must be a condition such as p99<1ms"),
    ("find_rate: 'p99<1ms,p99<2ms'", "'find_rate' must have each figure once, and has p99 twice"),
    ("find_rate: ['p99<1ms', 'p99<1000us']", "'find_rate' must have each value once"),
    ("find_rate: []", "'find_rate' must be a value or a list of values"),
    ("anatomy: true", "'anatomy' counts what a message costs under a load that is given"),
    (
      "clients: [{name: other, command: 'other {options}'}]",
      "the rate that holds ('find_rate') is what this program's own client looks for"
    ),
    ("also: [{rates: 10k}]", "'find_rate' looks for the rate, and a rate is given"),
  ])
  func `what makes no sense beside it is refused`(keys: String, reason: String) {
    let text =
      keys.hasPrefix("find_rate")
      ? "{name: search, \(keys), \(Self.servers)}"
      : "{name: search, find_rate: 'p99<1ms', \(keys), \(Self.servers)}"
    let error = #expect(throws: SuiteFileError.self) {
      try SuiteFileReader.read(text, file: "a.yaml")
    }
    #expect(error?.reason.hasPrefix(reason) == true, "\(error?.reason ?? "")")
  }

  @Test func `loads that are given are counted beside those that are searched`() throws {
    let plan = try Plan.reading(
      "{name: both, find_rate: [none, 'p99<1ms'], connections: 9, anatomy: true, \(Self.servers)}")
    #expect(plan.anatomyScenarios.map(\.load.findRate) == [nil, nil])
  }

  @Test func `a plan is read as it was written, and one that was tampered with is refused`() throws
  {
    let plan = try plan("arrivals: poisson")
    let text = String(decoding: try JSONEncoder().encode(plan), as: UTF8.self)
    #expect(try JSONDecoder().decode(Plan.self, from: Data(text.utf8)) == plan)
    #expect(plan.problem == nil)
    for (old, new) in [
      (#""limit_ns":1000000"#, #""limit_ns":0"#), (#""figure":"p99""#, #""figure":"p98""#),
    ] {
      #expect(text.contains(old))
      let changed = Data(text.replacing(old, with: new).utf8)
      #expect(throws: DecodingError.self) { try JSONDecoder().decode(Plan.self, from: changed) }
    }
  }

  @Test func `a search is reckoned with as the windows that it takes`() throws {
    let closed = try Plan.reading("{name: closed, \(Self.servers)}")
    let one = closed.expectedTime(ofTrials: 1).seconds
    #expect(try plan().expectedTime(ofTrials: 1).seconds > 10 * one)
  }

  // MARK: - What comes of it

  @Test func `servers are compared by the rate that holds, in the same rounds`() async throws {
    let result = try await SuiteResult.simulating(try plan(), executor())
    let rate = try #require(result.summaries[1][.rateThatHolds])
    #expect((40_000...41_000).contains(rate.value) && rate.interval != nil)
    let comparison = try #require(result.comparisons.first)
    #expect(comparison[.rateThatHolds]?.verdict.word == "better")
    // At different rates times compare nothing.
    for metric in [Metric.p50, .p99, .messagesPerSecond] { #expect(comparison[metric] == nil) }
    #expect(result.summaries.allSatisfy { $0.bottleneck == nil && $0.precision != nil })
    #expect(result.twin?.differences == [])
  }

  @Test func `tables have the rate, its interval, and what it is`() async throws {
    let result = try await SuiteResult.simulating(try plan(), executor())
    let table = ResultTable(result: result).table(.event)
    let titles = table.columns.map(\.title)
    let rate = try #require(titles.firstIndex(of: "Rate that holds"))
    let interval = try #require(titles.firstIndex(of: "95 % interval"))
    #expect(table.rows[1][rate].hasPrefix("40") && table.rows[1][interval].hasPrefix("40"))
    let text = Document(result).markdown
    #expect(text.contains("- **Rate that holds**: the highest rate of an open loop at which"))
    #expect(text.contains("rate at p99 < 1ms"))
    let lines = CSVReport(result: result).text.split(separator: "\n")
    #expect(lines[0].contains(",rate_that_holds,") && lines[0].contains(",find_rate"))
    let cells = { (line: Int) in
      lines[line].split(separator: ",", omittingEmptySubsequences: false)
    }
    let column = try #require(cells(0).firstIndex(of: "rate"))
    #expect(cells(1)[column] == "" && cells(1)[column + 1] == "p99<1ms")
    let json = try JSONReport(result: result).text
    #expect(json.contains(#""rate_that_holds" : {"#) && json.contains(#""find_rate" : {"#))
  }

  @Test func `a row without any rate says so where its figure would be`() async throws {
    let result = try await SuiteResult.simulating(try plan(), executor(nothingIn: Set(1...8)))
    let lines = Document(result).markdown.split(separator: "\n")
    let rows = lines.filter { $0.hasPrefix("| libuv ") }
    #expect(rows.contains { $0.contains("| no rate held |") })
    #expect(!rows.contains { $0.contains("measured") })
  }

  @Test func `a round in which no rate holds counts as nothing per second, and is told`()
    async throws
  {
    let plan = try plan()
    let result = try await SuiteResult.simulating(plan, executor(nothingIn: [3], boundIn: [1, 2]))
    let row = result.summaries[1]
    #expect(row.status == .measured && row.roundsWithoutRate == 1)
    #expect(row.series(.rateThatHolds).byRound[3] == 0)
    // What its last window shows is of a rate that does not hold.
    #expect(row.series(.serverCPU).byRound[3] == nil && row.series(.p50).byRound[3] == nil)
    #expect((40_000...41_000).contains(try #require(row[.rateThatHolds]).value))
    #expect(
      row.warnings(of: plan).map(\.label) == [
        "no rate held in 1 of 8 rounds (at the lowest tried, 1,000/s, p99 was 3.000 ms)",
        "client-bound in 2 of 8 rounds",
      ])
    #expect(Document(result).markdown.contains("- *client-bound*: the client, and not the server"))
  }

  @Test func `a server at which no rate holds has none, and that is a finding`() async throws {
    let result = try await SuiteResult.simulating(try plan(), executor(nothingIn: Set(1...8)))
    let row = result.summaries[1]
    #expect(row.status == .measured && row[.rateThatHolds]?.value == 0)
    #expect(row[.messagesPerSecond] == nil && result.verdict == .fine)
    let table = ResultTable(result: result).table(.event)
    let speed = try #require(table.columns.firstIndex { $0.title == "Messages/s" })
    #expect(table.rows[1][speed] == "–")
  }

  @Test func `rounds go on until the rate is precise, and the comparison has its verdict`()
    async throws
  {
    let plan = try plan("precision: 5%")
    let measured = try await Suite.measuring(plan, executor())
    #expect(measured.map(\.round).max() == 8)
    #expect(measured.count == 8 * plan.scenarios.count)
  }

  @Test func `two runs are compared by it`() async throws {
    let plan = try plan()
    let base = try await SuiteResult.simulating(plan, executor())
    let new = try await SuiteResult.simulating(plan, executor(nothingIn: Set(1...8)))
    let same = RunComparison(base: base, new: base, threshold: 0.05)
    #expect(same.verdict == .fine && same.untold.isEmpty)
    let untold = try #require(RunComparison(base: base, new: new, threshold: 0.05).untold.first)
    #expect(untold.reason.hasSuffix("now no rate held in 8 of 8 rounds"))
    #expect(untold.isNewlyWrong)
  }

  // MARK: - The log

  @Test func `a log that was cut off is gone on with to the same result`() async throws {
    let plan = try plan()
    try await FileTree.with([:]) { tree in
      let whole = try await Suite.run(plan, executor(nothingIn: [2]), in: tree.root).measurements
      let trials = tree.root + "/trials.jsonl"
      let lines = String(decoding: try readFile(trials, most: ByteCount(1 << 30)), as: UTF8.self)
        .split(separator: "\n")
      try Data((lines.prefix(5).joined(separator: "\n") + "\n{").utf8)
        .write(to: URL(filePath: trials))
      let log = try TrialLog.resume(tree.root)
      #expect(log.measurements == Array(whole.prefix(5)))
      let again = try await Suite.goOn(with: log, executor(nothingIn: [2])).measurements
      #expect(again == whole)
    }
  }

  @Test(arguments: [
    (
      #""messages_per_second":20100,"partial""#, #""messages_per_second":20101,"partial""#,
      "is not of the rate"
    ),
    (#""highest_held_per_second":20100"#, #""highest_held_per_second":-1"#, "a rate must be 1 to"),
    (#""limit_ns":1000000"#, #""limit_ns":2000000"#, "its search was for another load"),
    (#""arrival":"poisson""#, #""arrival":"steady""#, "another load"),
  ])
  func `a search that cannot be is refused`(old: String, new: String, reason: String) async throws {
    let plan = try plan(
      "rounds: 1, arrivals: poisson, twin: false", "servers: [{backend: threads}]")
    try await FileTree.with([:]) { tree in
      try await Suite.run(plan, executor(), in: tree.root)
      let trials = tree.root + "/trials.jsonl"
      let text = String(decoding: try readFile(trials, most: ByteCount(1 << 30)), as: UTF8.self)
      #expect(text.contains(old), "\(text)")
      try Data(text.replacing(old, with: new).utf8).write(to: URL(filePath: trials))
      let error = #expect(throws: SuiteError.self) { try TrialLog.open(tree.root) }
      #expect(error.map { "\($0)".contains(reason) } == true, "\(error.map { "\($0)" } ?? "")")
    }
  }

  @Test func `a trial that ran has its search`() async throws {
    let plan = try plan("rounds: 1, twin: false", "servers: [{backend: threads}]")
    let call = SimulatedExecutor.Call(
      trial: Trial(scenario: 0, round: 1), server: "threads", attempt: 1)
    try await FileTree.with([:]) { tree in
      var log = try TrialLog.create(tree.root, plan: plan, machine: .simulated)
      let window = Scenario(
        server: plan.scenarios[0].server, load: plan.scenarios[0].load.window(at: 1000))
      var without = Measurement.simulated(call, window, SimulatedLoad())
      without.name = plan.scenarios[0].name
      try log.append(without)
      let error = #expect(throws: SuiteError.self) { try TrialLog.open(tree.root) }
      #expect(error.map { "\($0)".contains("it says nothing of its search") } == true)
    }
  }
}
