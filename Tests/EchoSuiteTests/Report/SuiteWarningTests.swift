import Testing

@testable import EchoIO
@testable import EchoSuite

/// What a reader has to know of a row, at the bounds from which it is told.
struct SuiteWarningTests {
  private let scenario = Scenario.simulated

  private static let oneOfEach: [SuiteWarning] = [
    .unserved(served: 1, total: 2), .rateMissed(offered: 2, achieved: 1, behind: 0),
    .noRate(1, of: 2, obstacle: nil), .clientBound(1, of: 2), .roundsMissing(done: 1, of: 2),
    .roundsFailed(1, of: 2), .stalled(1, of: 2), .notConverged(precision: 0.2, rounds: 8),
    .disturbed(rounds: 1, of: 2), .serverUnknown(rounds: 1, of: 2), .lengthOnly, .unverified,
    .foreignClient("other"), .retransmits(2),
  ]

  @Test func `every kind is explained for itself`() {
    #expect(Set(Self.oneOfEach.map(\.kind)).count == Self.oneOfEach.count)
    #expect(Set(Self.oneOfEach.map(\.explanation.words)).count == Self.oneOfEach.count)
  }

  @Test func `a row has converged whose interval reaches just as far as is wanted`() throws {
    func warnings(_ least: Double, _ plan: Plan) -> [String] {
      let rates = [least, 1000, 1000, 1000, 1000, 2000 - least]
      let rounds = zip(1..., rates).map { round, rate in
        measurement(round, SimulatedLoad(messagesPerSecond: rate))
      }
      return summed(rounds).warnings(of: plan).map(\.brief)
    }
    let fixed = try Plan.threeServers()
    #expect(warnings(900, fixed) == [])
    #expect(warnings(890, fixed) == ["±11 %"])
    func plan(_ goals: String) throws -> Plan {
      try Plan.reading("{name: a, \(goals), servers: [{backend: threads}, {backend: libuv}]}")
    }
    #expect(try warnings(950, plan("precision: 5%")) == [])
    #expect(try warnings(940, plan("precision: 5%")) == ["±6 %"])
    // The wider of two: whether a row is compared with another is not looked at.
    #expect(try warnings(900, plan("precision: 2%, other_precision: 10%")) == [])
  }

  @Test(arguments: [
    (999_999.0, ""), (1e6, "; 0.001 s behind at the end"),
    (9.99e7, "; 0.100 s behind at the end"), (1e8, "; 0.1 s behind at the end"),
  ])
  func `how far a rate was behind is told from a millisecond on`(behind: Double, words: String) {
    let warning = SuiteWarning.rateMissed(offered: 5000, achieved: 4000, behind: behind)
    #expect(warning.label == "offered 5,000/s, achieved 4,000/s" + words)
  }

  @Test(
    arguments: [(3, "7 segments"), (0, "4 segments"), (997, "1,001 segments")] as [(UInt64, String)]
  )
  func `segments are those that clients and the server's host sent again`(
    ofServer: UInt64, words: String
  ) throws {
    var tcp = ServerReading.TCP(snmp: "", netstat: "")
    tcp.retransmits = ofServer
    let clock = HostReading.Clock(offset: 0, error: 0)
    var hosts = [HostReading(host: "s", role: .server, clock: clock, tcp: tcp)]
    for index in 1...2 {
      var host = HostReading(host: "c\(index)", role: .client, clock: clock)
      host.client = .init(
        shard: Shard(index, of: 2), valid: true, seed: 1, start: 1, duration: 1, connections: 1,
        completed: 1, latency: ClientReport.Latency(LatencyHistogram()),
        cpu: CPUTime(userNanoseconds: 1, systemNanoseconds: 1), retransmits: 2)
      hosts.append(host)
    }
    let warnings = summed([measurement(1, SimulatedLoad(), hosts)]).warnings(
      of: try Plan.threeServers(rounds: 1))
    #expect(warnings.map(\.label) == ["packets lost (\(words) sent again)"])
    #expect(SuiteWarning.retransmits(1).label == "packets lost (1 segment sent again)")
  }

  private func summed(_ measurements: [EchoSuite.Measurement]) -> Summary {
    Summary.all([scenario], Attempts(measurements))[0]
  }

  private func measurement(
    _ round: Int, _ load: SimulatedLoad, _ hosts: [HostReading]? = nil
  ) -> EchoSuite.Measurement {
    Measurement(
      Trial(scenario: 0, round: round), name: scenario.name, attempt: 1, outcome: .ran,
      client: .simulated(scenario, load), hosts: hosts)
  }
}
