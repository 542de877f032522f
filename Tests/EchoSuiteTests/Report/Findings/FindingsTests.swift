import EchoIO
import FoundationEssentials
import Testing

@testable import EchoSuite

/// From trials to sentences.
struct FindingsTests {
  @Test func `a server that is faster at every size is ahead, by a range`() async throws {
    let result = try await result(
      "sizes: [1000, 64k]",
      rates: { $0.server.name == "fast" ? ($0.load.size.bytes > 1000 ? 1.5 : 2) : 1 })
    let findings = Findings(result)
    let first = try #require(findings.items.first)
    #expect(first.kind == .ahead && first.headline == "fast")
    #expect(
      first.sentence.words == "1.50–2.00 × the messages/s of threads: ahead at every message size.")
    #expect(
      findings.heading(of: result.plan.scenarios[0], by: .messagesPerSecond)
        == "fast is ahead of threads at every message size")
  }

  @Test func `what differs with the client's engine is a finding for each`() async throws {
    let result = try await result(
      "engines: [blocking, event]",
      rates: {
        guard $0.server.name == "fast" else { return 1 }
        return $0.load.engine == .event ? 2 : 0.5
      })
    let findings = Findings(result)
    #expect(
      findings.matrices.map { AheadFinding($0).heading } == [
        "Blocking client: threads is ahead of fast", "Event client: fast is ahead of threads",
      ])
    // One value has an interval, and no range.
    let sentence = try #require(findings.items[1].sentence.words.split(separator: ":").first)
    #expect(sentence.hasPrefix("2.00 ×, ") && sentence.contains(" to "))
  }

  @Test func `an open loop is told by its times`() async throws {
    let plan = try Plan.reading(
      """
      {name: open, rounds: 8, rates: [10k, 20k], event_workers: 1, twin: false,
      servers: [{backend: threads}, {name: fast, command: "fast {port}"}]}
      """)
    let result = try await SuiteResult.simulating(
      plan,
      SimulatedExecutor { call, scenario in
        let isMissed = call.server == "threads" && scenario.load.rate == 20_000
        var measurement = Measurement.simulated(
          call, scenario,
          SimulatedLoad(messagesPerSecond: isMissed ? 15_000 : Double(scenario.load.rate ?? 0)))
        let time = (call.server == "fast" ? 50_000 : 100_000) + UInt64(call.trial.round)
        measurement.client?.latency.percentiles = ["50": time, "99": time * 3]
        return measurement
      })
    let item = try #require(Findings(result).items.first)
    #expect(item.situation == "Response times" && item.headline == "fast")
    #expect(item.sentence.words == "0.50 × the p50 of threads: sooner at every rate.")
    let details = item.details.map(\.words)
    #expect(details.contains("p99 of fast: sooner at every rate (0.50 ×)."))
    #expect(details.contains { $0.hasPrefix("threads did not keep the rate at 20,000/s") })
  }

  @Test func `a server that is wrong is named with its reason and what it would have claimed`()
    throws
  {
    let result = SuiteResult(try TrialLog.open(SimulatedResults.folder.path()))
    let items = Findings(result).items
    let wrong = try #require(items.first { $0.kind == .invalid })
    #expect(wrong.headline == "pool/published")
    #expect(
      wrong.sentence.words.hasPrefix("INVALID in its only scenario: the server returned 4096"))
    let claimed = try #require(result.unverified.first?[.messagesPerSecond]?.value)
    #expect(
      wrong.details.first?.words
        == "A client that does not look would have reported \(grouped(claimed)) messages/s.")
    #expect(
      wrong.details.last?.words.hasPrefix("Without the fault, as pool/corrected, it echoes ")
        == true)
    let absent = try #require(items.first { $0.kind == .absent })
    #expect(absent.headline == "absent and broken")
    #expect(absent.sentence.words == "absent: unavailable: python3 is missing | install it.")
  }

  @Test func `buffers are compared by rounds of one server and load`() async throws {
    func item(_ rate: @escaping @Sendable (Int) -> Double) async throws -> Findings.Item? {
      let result = try await result(
        "sizes: [64k]\nbuffers: [4k, 64k, 256k]",
        rates: { rate($0.server.bufferBytes ?? 0) })
      return Findings(result).items.first { $0.kind == .buffer }
    }
    let slower = try #require(try await item { $0 == 4096 ? 0.3 : 1 })
    #expect(slower.headline == "as large as the message")
    #expect(
      slower.sentence.words
        == "A 4 KiB buffer serves 64 KiB messages at 0.30 × the speed of one that fits.")
    #expect(slower.details.map(\.words) == ["Larger ones gain nothing that shows in 1 comparison."])
    let larger = try #require(try await item { $0 == 262_144 ? 2 : 1 })
    #expect(larger.headline == "larger than the message may help")
    let alike = try #require(try await item { _ in 1 })
    #expect(alike.headline == "no difference is shown")
    let one = try await result("sizes: [64k]", rates: { _ in 1 })
    #expect(one.buffers == nil)
  }

  @Test func `what to believe is told, alarms first`() async throws {
    let result = try await result("sizes: [1000]", rates: { $0.isTwin ? 1.5 : 1 })
    let trust = Findings(result).trust.map(\.words)
    #expect(trust.first?.hasPrefix("One scenario differs from itself: ") == true)
    #expect(trust.contains { $0.hasPrefix("±10 % is what two runs differ by") })
    #expect(trust.last?.hasPrefix("Server and client share 2 CPUs") == true)
  }

  @Test func `a suite that gave nothing says so`() async throws {
    let plan = try Plan.threeServers()
    let none = Findings(SuiteResult(plan: plan, machine: .simulated, measurements: []))
    #expect(none.items.map(\.kind) == [.nothing, .absent])
    #expect(none.items[0].sentence == "No trial has given a figure that was verified.")
    let one = try await SuiteResult.simulating(
      try Plan.reading("{name: one, rounds: 6, servers: [{backend: threads}]}"), SimulatedExecutor()
    )
    #expect(Findings(one).items.map(\.headline) == ["threads"])
    let wrong = try await SuiteResult.simulating(
      plan, SimulatedExecutor(SimulatedLoad(invalidReasons: ["it is wrong"])))
    #expect(Findings(wrong).items.map(\.kind) == [.nothing, .invalid, .invalid, .invalid])
  }

  @Test func `what ran twice is alike only where that is shown`() async throws {
    func trust(_ rounds: Int) async throws -> [String] {
      let plan = try Plan.reading(
        "{name: twice, rounds: \(rounds), servers: [{backend: threads}, {backend: libuv}]}")
      let result = try await SuiteResult.simulating(
        plan,
        SimulatedExecutor { call, scenario in
          let noise = 1 + 0.02 * Double((call.trial.round + (scenario.isTwin ? 1 : 0)) % 3)
          return .simulated(call, scenario, SimulatedLoad(messagesPerSecond: 10_000 * noise))
        })
      return Findings(result).trust.map(\.words)
    }
    #expect(try await trust(12).contains { $0.contains(" and does not differ from itself (") })
    #expect(try await trust(2).contains { $0.contains(" and is not shown to differ from itself") })
  }

  @Test func `rows that are known too little are counted`() async throws {
    let plan = try Plan.reading(
      "{name: wide, rounds: 8, twin: false, servers: [{backend: threads}, {backend: libuv}]}")
    let result = try await SuiteResult.simulating(
      plan,
      SimulatedExecutor { call, scenario in
        let noise = [1, 1.4, 0.8][(call.trial.round + call.trial.scenario) % 3]
        return .simulated(call, scenario, SimulatedLoad(messagesPerSecond: 10_000 * noise))
      })
    let trust = Findings(result).trust.map(\.words)
    #expect(trust.contains { $0.hasPrefix("2 of 2 rows have an interval wider than ±10 %") })
  }

  @Test func `a suite that verifies nothing finds nothing`() async throws {
    let plan = try Plan.reading(
      """
      {name: off, rounds: 2, twin: false, servers: [{backend: threads, verify: "off"}]}
      """)
    let findings = Findings(try await SuiteResult.simulating(plan, SimulatedExecutor()))
    #expect(findings.items.map(\.headline) == ["no verified figure"])
  }

  @Test func `a picture's heading is of its client, its metric and all its references`()
    async throws
  {
    let plan = try Plan.reading(
      """
      name: headed
      rounds: 12
      twin: false
      servers:
        - backend: threads
        - {name: fast, command: "fast {port}"}
        - {name: slow, command: "slow {port}", against: fast}
      clients:
        - own: true
        - {name: theirs, command: "theirs {options}"}
      """)
    let result = try await SuiteResult.simulating(
      plan,
      SimulatedExecutor { call, scenario in
        let isFast = (scenario.server.name == "fast") == (scenario.client == nil)
        let noise = 1 + 0.01 * Double(call.trial.round % 3)
        return .simulated(
          call, scenario, SimulatedLoad(messagesPerSecond: noise * (isFast ? 20_000 : 10_000)))
      })
    let findings = Findings(result)
    let headings = plan.scenarios.map { findings.heading(of: $0, by: .messagesPerSecond) }
    let own = "Driven by echobench: fast is ahead of threads; fast is ahead of slow"
    let theirs = "Driven by theirs: threads is ahead of fast; slow is ahead of fast"
    #expect(Set(headings) == [own, theirs])
    #expect(findings.heading(of: plan.scenarios[0], by: .p99) == nil)
  }

  @Test func `ratios have digits that say something`() {
    #expect(
      [1.719, 0.00134, 0, 1723.4, 99.99].map(ratioFigure) == [
        "1.72", "0.0013", "0.00", "1723", "99.99",
      ])
  }

  @Test func `of many names three are told, and how many others there are`() {
    let names = ["a", "b", "c", "d", "e", "f"]
    #expect(brief(Array(names.prefix(4))) == "a, b, c and d")
    #expect(brief(Array(names.prefix(5))) == "a, b, c and 2 more")
    #expect(brief(names) == "a, b, c and 3 more")
  }

  @Test func `a bound is in whole percent that it is within`() {
    #expect(
      [0, 0.031, 0.07, 0.0999, 1.1 - 1].map(wholePercent) == ["1 %", "4 %", "7 %", "10 %", "10 %"])
  }

  @Test func `a reason that is a sentence has one full stop`() async throws {
    let plan = try Plan.threeServers()
    let wrong = try await SuiteResult.simulating(
      plan, SimulatedExecutor(SimulatedLoad(invalidReasons: ["it is wrong."])))
    let item = try #require(Findings(wrong).items.last)
    #expect(item.sentence.words.hasSuffix(": it is wrong."))
  }

  @Test func `values that are no numbers have words of their own`() {
    func words(_ axis: LoadAxis, _ values: [String]) -> SituationWords {
      SituationWords(title: "", explanation: nil, axis: axis.name, values: values)
    }
    let conditions = words(.findRate, ["none", "p99<1ms"])
    #expect(conditions.any == " at any condition")
    #expect(conditions.at([1]) == " at condition p99<1ms")
    #expect(words(.rate, ["closed loop"]).every == " in a closed loop")
    #expect(words(.rate, ["1,000/s"]).every == " at 1,000/s")
    #expect(words(.transport, ["tcp", "unix"]).at([1]) == " over unix")
    let reconnects = words(.reconnect, ["never", "every=10"])
    #expect(reconnects.any == " at any setting of reconnect")
    #expect(reconnects.some(1) == " at 1 of 2 settings of reconnect")
    #expect(reconnects.at([1]) == " at reconnect every=10")
    #expect(words(.block, ["1", "2"]).some(1) == " at 1 of 2 numbers of blocks")
  }

  /// A backend and a command over twelve rounds, at these rates, with a little noise.
  private func result(
    _ axes: String, rates: @escaping @Sendable (Scenario) -> Double
  ) async throws -> SuiteResult {
    let plan = try Plan.reading(
      """
      name: found
      rounds: 12
      \(axes)
      servers:
        - backend: threads
        - {name: fast, command: "fast {port}"}
      """)
    return try await SuiteResult.simulating(
      plan,
      SimulatedExecutor { call, scenario in
        // The same for all rows of a round, so that ratios are what they are said to be.
        let noise = 1 + 0.01 * Double(call.trial.round % 3)
        return .simulated(
          call, scenario, SimulatedLoad(messagesPerSecond: 10_000 * rates(scenario) * noise))
      })
  }
}

extension SuiteResult {
  fileprivate var buffers: Findings.Item? { Findings(self).items.first { $0.kind == .buffer } }
}
