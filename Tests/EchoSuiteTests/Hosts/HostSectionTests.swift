import Testing

@testable import EchoIO
@testable import EchoSuite

/// What a report says of each host, without a mean over hosts.
struct HostSectionTests {
  @Test func `each host has a line of its own in each row`() throws {
    let table = try #require(try tables().first)
    #expect(
      table.columns.map(\.title) == [
        "Row", "Host", "Runs", "Connections", "Messages/s", "CPU µs/msg", "Idle CPU",
        "Busiest thread", "Sent again",
      ])
    // Medians over three rounds, and of segments the sum.
    #expect(
      table.rows.map { Array($0.dropFirst()) } == [
        ["s", "server", "–", "10,000", "8.00", "40 %", "4 %", "6"],
        ["c1", "client", "3", "6,000", "2.00", "60 %", "50 %", "30"],
        ["c2", "client", "2", "4,000", "4.00", "20 %", "90 %", "0"],
      ])
  }

  @Test func `the farthest apart and the least certain clock are told`() throws {
    #expect(
      try words().hasSuffix(
        " The clients of a trial began within 3.00 ms of each other. The clock of each host was known"
          + " to within 0.70 ms."))
  }

  @Test func `of one client there is nobody to be apart from`() throws {
    #expect(
      try words(clients: 1).hasSuffix(
        " is not known. The clock of each host was known to within 0.50 ms."))
  }

  @Test func `where nothing ran on hosts there is no such section`() async throws {
    let result = try await SuiteResult.simulating(
      try Plan.threeServers(rounds: 1), SimulatedExecutor())
    #expect(HostSection(result: result).blocks.isEmpty)
  }

  private func tables() throws -> [Table] {
    HostSection(result: try result()).blocks.compactMap { block in
      if case .table(let table) = block { table } else { nil }
    }
  }

  private func words(clients: Int = 2) throws -> String {
    let paragraphs = HostSection(result: try result(clients: clients)).blocks.compactMap { block in
      if case .paragraph(let text) = block { text.words } else { nil }
    }
    return try #require(paragraphs.last)
  }

  /// Three rounds of one row: of the second client the window begins 1, 2 and 3 ms later.
  private func result(clients: Int = 2) throws -> SuiteResult {
    let plan = try Plan.reading("{name: a, rounds: 3, twin: false, servers: [{backend: threads}]}")
    let measurements = (1...3).map { round in
      let all = [server(round), client(1, round), client(2, round)]
      return Measurement(
        Trial(scenario: 0, round: round), name: plan.scenarios[0].name, attempt: 1, outcome: .ran,
        client: .simulated(plan.scenarios[0]), hosts: Array(all.prefix(1 + clients)))
    }
    return SuiteResult(plan: plan, machine: .simulated, measurements: measurements)
  }

  private func server(_ round: Int) -> HostReading {
    var tcp = ServerReading.TCP(snmp: "", netstat: "")
    tcp.retransmits = UInt64(round)
    return HostReading(
      host: "s", role: .server, clock: .init(offset: 0, error: 200_000), machine: idle(40), tcp: tcp
    )
  }

  /// The first has three of five connections, the second two.
  private func client(_ number: Int, _ round: Int) -> HostReading {
    let isFirst = number == 1
    var usage = ProcessUsage.simulated(100, switches: 1, processes: 1, threads: 1)
    usage.runnableThreadNanoseconds = isFirst ? 50 : 90
    var reading = HostReading(
      host: "c\(number)", role: .client,
      clock: .init(offset: -5, error: isFirst ? 500_000 : 700_000), machine: idle(isFirst ? 60 : 20)
    )
    reading.client = .init(
      shard: Shard(number, of: 2), valid: true, seed: 1,
      start: 1_767_323_045_000_000_000 + (isFirst ? 0 : UInt64(round) * 1_000_000), duration: 100,
      usage: 100, connections: isFirst ? 3 : 2, completed: 500,
      messagesPerSecond: isFirst ? 6000 : 4000, latency: ClientReport.Latency(LatencyHistogram()),
      cpu: CPUTime(userNanoseconds: 500_000, systemNanoseconds: isFirst ? 500_000 : 1_500_000),
      process: usage, retransmits: isFirst ? 10 : 0)
    return reading
  }

  private func idle(_ percent: UInt64) -> MachineUsage {
    MachineUsage(busy: 100 - percent, idle: percent, stolen: 0)
  }
}
