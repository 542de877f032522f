import EchoIO
import Testing

@testable import EchoSuite

struct SummaryTests {
  private let scenario = Scenario.simulated

  @Test func `a scenario whose rounds all measured has figures`() {
    let summary = summed([ran(1), ran(2), ran(3)])
    #expect(summary.status == .measured)
    #expect(summary.rounds.count == 3)
    #expect(summary.reasons.isEmpty)
    #expect(summary.bytesBackPerByteSent == 1)
  }

  @Test func `bytes after the half-close do not count as coming back`() {
    let load = SimulatedLoad(
      bytesBack: 4, bytesDrained: 16 << 20, invalidReasons: ["it went on sending"])
    let flood = Measurement(
      Trial(scenario: 0, round: 1), name: scenario.name, attempt: 1, outcome: .ran,
      client: .simulated(scenario, load))
    #expect(summed([flood]).bytesBackPerByteSent == 4)
  }

  @Test func `a run that the first surplus ended does not know what comes back of a byte`() {
    var load = SimulatedLoad(bytesBack: 1.6, bytesDrained: 0, invalidReasons: ["a whole buffer"])
    let report = { (load: SimulatedLoad) in
      Measurement(
        Trial(scenario: 0, round: 1), name: scenario.name, attempt: 1, outcome: .ran,
        client: .simulated(scenario, load))
    }
    #expect(summed([report(load)]).bytesBackPerByteSent == nil)
    load.bytesBack = 1
    #expect(summed([report(load)]).bytesBackPerByteSent == 1)
  }

  @Test func `a scenario that has not run is pending`() {
    let summary = summed([])
    #expect(summary.status == .pending)
    #expect(summary.estimates.isEmpty && summary.bytesBackPerByteSent == nil)
  }

  @Test func `the first attempt that was not disturbed stands for its round`() {
    let summary = summed([ran(1, stolen: 0.5, rate: 1000), ran(1, attempt: 2, rate: 2000)])
    #expect(summary[.messagesPerSecond]?.value == 2000)
    #expect(summary.disturbedRounds == 0)
    let quietFirst = summed([ran(1, attempt: 2, rate: 2000), ran(1, rate: 1000)])
    #expect(quietFirst[.messagesPerSecond]?.value == 1000)
  }

  @Test func `where all were disturbed the least disturbed stands, and is told`() {
    let summary = summed(
      [
        ran(1, stolen: 0.5, rate: 1000), ran(1, attempt: 2, stolen: 0.3, rate: 2000),
        ran(1, attempt: 3, stolen: 0.4, rate: 3000),
      ])
    #expect(summary[.messagesPerSecond]?.value == 2000)
    #expect(summary.disturbedRounds == 1)
  }

  @Test func `one wrong round makes the whole scenario invalid`() {
    let summary = summed([ran(1), wrong(2, "a byte is wrong"), ran(3)])
    #expect(summary.status == .invalid)
    #expect(summary.estimates.isEmpty)
    #expect(summary.reasons == ["a byte is wrong"])
  }

  @Test func `a server that could not run in any round is unavailable when it said so in all`() {
    let gone = unable(1, .unavailable(reason: "needs a moon"))
    #expect(summed([gone]).status == .unavailable)
    #expect(summed([gone, unable(2, .failed(reason: "it died"))]).status == .failed)
  }

  @Test func `a wrong attempt is never passed over for a quieter one`() {
    let summary = summed([
      ran(1, stolen: 0.5), wrong(1, "a byte is wrong", attempt: 2), ran(1, attempt: 3),
    ])
    #expect(summary.status == .invalid)
  }

  @Test(arguments: [
    Measurement.Outcome.failed(reason: "it died"), .unavailable(reason: "it is not there"),
  ])
  func `invalid beats whatever else happened, before and after`(outcome: Measurement.Outcome) {
    let (first, other) = (unable(1, outcome), unable(3, outcome))
    let summary = summed([first, wrong(2, "a byte is wrong"), other])
    #expect(summary.status == .invalid)
    #expect(summary.reasons.first == "a byte is wrong")
  }

  @Test(arguments: [
    Measurement.Outcome.failed(reason: "it died"), .unavailable(reason: "it died"),
  ])
  func `a round that could not run takes nothing from the others, and is told`(
    outcome: Measurement.Outcome
  ) throws {
    let summary = summed([ran(1, rate: 1000), unable(2, outcome), ran(3, rate: 3000)])
    #expect(summary.status == .measured)
    #expect(summary.rounds.map(\.round) == [1, 3])
    #expect(summary[.messagesPerSecond]?.value == 2000)
    #expect(summary.reasons == ["it died"])
    let warnings = summary.warnings(of: try Plan.threeServers(rounds: 3)).map(\.label)
    #expect(warnings.contains("failed in 1 of 3 rounds"))
    #expect(!warnings.contains { $0.hasSuffix(" rounds") && !$0.hasPrefix("failed") })
  }

  @Test func `an attempt that could not run displaces none that did, before and after`() {
    let failed = Measurement.Outcome.failed(reason: "it died")
    for attempts in [
      [ran(1), unable(1, failed, attempt: 2)], [unable(1, failed), ran(1, attempt: 2)],
    ] {
      let summary = summed(attempts)
      #expect(summary.status == .measured && summary.failedRounds == 0)
      #expect(summary.reasons.isEmpty)
    }
    let wrong = summed([wrong(1, "a byte is wrong"), unable(1, failed, attempt: 2)])
    #expect(wrong.status == .invalid)
  }

  @Test func `each reason is given once, in the order of the rounds`() {
    let summary = summed([wrong(3, "b"), wrong(1, "a"), wrong(2, "b")])
    #expect(summary.reasons == ["a", "b"])
  }

  @Test func `an empty window is passed over for another only where the machine was busy`() {
    func empty(stolen: Double) -> Measurement {
      var load = SimulatedLoad(messagesPerSecond: 0, invalidReasons: ["nothing came back"])
      load.stolen = stolen
      return Measurement(
        Trial(scenario: 0, round: 1), name: scenario.name, attempt: 1, outcome: .ran,
        client: .simulated(scenario, load))
    }
    #expect(summed([empty(stolen: 0.5), ran(1, attempt: 2)]).stalledRounds == 0)
    #expect(summed([empty(stolen: 0), ran(1, attempt: 2), ran(2)]).stalledRounds == 1)
    #expect(summed([empty(stolen: 0)]).status == .invalid)
    #expect(summed([empty(stolen: 0)]).reasons == ["nothing came back"])
  }

  @Test func `warnings say what a reader has to know`() throws {
    let plan = try Plan.threeServers(rounds: 6)
    let rates = [1000.0, 1000, 5000, 9000]
    let rounds = zip(1..., rates).map { ran($0, stolen: $0 == 1 ? 0.5 : 0, rate: $1, served: 4) }
    let warnings = summed(Array(rounds)).warnings(of: plan)
    #expect(
      warnings.map(\.label) == [
        "4 of 5 connections served", "4 of 6 rounds", "not converged (±133.3 % after 4 rounds)",
        "disturbed in 1 of 4 rounds",
      ])
    #expect(summed((1...6).map { ran($0) }).warnings(of: plan) == [])
  }

  @Test func `of the connections the worst of all rounds is told`() throws {
    let rounds = [ran(1), ran(2, rate: 20_000, served: 3), ran(3, rate: 5000)]
    let connections = try #require(summed(rounds).connections)
    #expect(connections.served == 3 && connections.total == 5)
    #expect(connections.slowestMessages == 100 && connections.fastestMessages == 400)
    #expect(summed([]).connections == nil)
  }

  @Test func `without a reading of the server nobody knows the bottleneck`() {
    var report = ClientReport.simulated(scenario)
    #expect(summed([ran(1), ran(2)]).bottleneck == .known(.latency))
    report.server = nil
    let unread = Measurement(
      Trial(scenario: 0, round: 1), name: scenario.name, attempt: 1, outcome: .ran, client: report)
    #expect(summed([unread]).bottleneck == nil)
    #expect(summed([unread, ran(2), ran(3)]).bottleneck == .known(.latency))
  }

  private func unable(
    _ round: Int, _ outcome: Measurement.Outcome, attempt: Int = 1
  ) -> Measurement {
    Measurement(
      Trial(scenario: 0, round: round), name: scenario.name, attempt: attempt, outcome: outcome)
  }

  private func summed(_ measurements: [Measurement]) -> Summary {
    Summary.all([scenario], Attempts(measurements))[0]
  }

  private func ran(
    _ round: Int, attempt: Int = 1, stolen: Double = 0, rate: Double = 10_000, served: Int? = nil
  ) -> Measurement {
    let load = SimulatedLoad(messagesPerSecond: rate, stolen: stolen, served: served)
    return Measurement(
      Trial(scenario: 0, round: round), name: scenario.name, attempt: attempt, outcome: .ran,
      client: .simulated(scenario, load))
  }

  private func wrong(_ round: Int, _ reason: String, attempt: Int = 1) -> Measurement {
    Measurement(
      Trial(scenario: 0, round: round), name: scenario.name, attempt: attempt, outcome: .ran,
      client: .simulated(scenario, SimulatedLoad(invalidReasons: [reason])))
  }
}
