import Foundation
import Testing

@testable import EchoIO
@testable import EchoSuite

/// Parts of a load, clocks of hosts, and what is made of several clients' reports.
struct HostValueTests {
  @Test(arguments: [1, 2, 3, 7])
  func `the parts of a load are the load`(count: Int) {
    var load = Load(engine: .event, workers: 3, connections: 11, idle: 8)
    load.rate = 1001
    let parts = (0..<count).map { load.part($0, of: count) }
    #expect(parts.map(\.connections).reduce(0, +) == 11)
    #expect(parts.compactMap(\.rate).reduce(0, +) == 1001)
    #expect(parts.compactMap(\.idle).reduce(0, +) == 8)
    #expect(parts.allSatisfy { $0.workers >= 1 && $0.connections >= $0.workers })
    if count <= 3 { #expect(parts.map(\.workers).reduce(0, +) == 3) }
    #expect(parts.allSatisfy { (try? $0.check()) != nil })
  }

  @Test func `a blocking client's part has a connection for each of its workers`() {
    let parts = (0..<2).map { Load(workers: 5).part($0, of: 2) }
    #expect(parts.map(\.connections) == [3, 2] && parts.map(\.workers) == [3, 2])
  }

  @Test(arguments: [5_000_000_000, -5_000_000_000, 0, .max, .min + 1] as [Int64])
  func `a moment there and back is the same, within what there is`(offset: Int64) {
    let clock = HostClock(offset: offset, error: 1)
    let now: UInt64 = 1_796_000_000_000_000_000
    let there = clock.there(now)
    if offset.magnitude < now { #expect(clock.here(there) == now) }
    #expect(clock.there(.max) >= now && clock.here(0) >= 0)
  }

  @Test func `words are split at blanks, but for quotes`() throws {
    #expect(try commandWords("  ssh -o 'A B'  h1 ") == ["ssh", "-o", "A B", "h1"])
    #expect(try commandWords(#"a "b \" $c" d\ e ''"#) == ["a", #"b " $c"#, "d e", ""])
    #expect(try commandWords(#"a 'b\c'"#) == ["a", #"b\c"#])
    // A quote is one, whatever is combined with it.
    #expect(try commandWords("'a b'\u{5A9} c\\'\u{301}") == ["a b\u{5A9}", "c'\u{301}"])
    for text in [#"a "b"#, "a 'b", #"a\"#] {
      #expect(throws: UnitError.self) { try commandWords(text) }
    }
  }

  @Test func `every line between a suite and an agent is read as it was written`() throws {
    let server = Server(name: "epoll", kind: .backend(name: "epoll"), bufferBytes: 4096)
    let requests: [AgentRequest] = [
      .clock(number: 1), .serve(server: server, transport: .tcp, host: "h", longestStart: 5),
      .observe(from: 1, to: 2), .drive(arguments: ["--duration", "1s"]), .go(at: 3), .stop,
    ]
    for request in requests {
      let data = try JSONEncoder().encode(request)
      #expect(try JSONDecoder().decode(AgentRequest.self, from: data) == request)
    }
    let ended = AgentEvent.reported(status: 0, signal: nil, output: "{}", errors: "")
    #expect(ended.endsWork && !AgentEvent.ready.endsWork)
    let data = try JSONEncoder().encode(ended)
    #expect(try JSONDecoder().decode(AgentEvent.self, from: data) == ended)
  }

  /// Whatever moved it in between, and however well either reading was.
  @Test func `a clock is as uncertain as two readings of it differ`() {
    let first = HostClock(offset: 1_000_000, error: 50_000)
    #expect(first.widened(by: HostClock(offset: 1_000_000, error: 20_000)).error == 50_000)
    let later = first.widened(by: HostClock(offset: -4_000_000, error: 80_000))
    #expect(later == HostClock(offset: 1_000_000, error: 5_080_000))
  }

  /// What is of one machine goes by the host where it is the most extreme, and by none where one does not tell.
  @Test func `shares of time of several hosts are those of the most extreme`() throws {
    func host(_ role: HostMachine.Role, idle: UInt64?, busiest: UInt64) -> HostReading {
      var reading = HostReading(
        host: "h", role: role, clock: .init(offset: 0, error: 0),
        machine: idle.map { MachineUsage(busy: 100 - $0, idle: $0, stolen: 0) })
      var usage = ProcessUsage.simulated(100, switches: 1, processes: 1, threads: 1)
      usage.runnableThreadNanoseconds = busiest
      guard role == .client else { return reading }
      reading.client = .init(
        shard: Shard(1, of: 2), valid: true, seed: 1, start: 1, duration: 200, usage: 100,
        connections: 1, completed: 1, latency: ClientReport.Latency(LatencyHistogram()),
        cpu: CPUTime(userNanoseconds: 1, systemNanoseconds: 1), process: usage)
      return reading
    }
    func measurement(_ hosts: [HostReading]) -> EchoSuite.Measurement {
      Measurement(
        Trial(scenario: 0, round: 1), name: "a", attempt: 1, outcome: .ran,
        client: .simulated(.simulated), hosts: hosts)
    }
    let server = host(.server, idle: 60, busiest: 0)
    let clients = [host(.client, idle: 40, busiest: 30), host(.client, idle: 80, busiest: 90)]
    let known = measurement([server] + clients)
    #expect(Metric.machineIdle.value(known) == 0.4)
    #expect(Metric.clientBusiest.value(known) == 0.9)
    let silent = measurement([host(.server, idle: nil, busiest: 0)] + clients)
    #expect(Metric.machineIdle.value(silent) == nil && Metric.clientBusiest.value(silent) == 0.9)
  }

  @Test func `what a host's reading cannot be is named, and overflows nothing`() throws {
    var reading = HostReading(host: "h", role: .client, clock: .init(offset: 0, error: 0))
    reading.client = .init(
      shard: Shard(1, of: 2), valid: true, seed: 1, start: 1, duration: 1, connections: 1,
      completed: 1, latency: ClientReport.Latency(LatencyHistogram()),
      cpu: CPUTime(userNanoseconds: .max, systemNanoseconds: .max))
    let measurement = Measurement(
      Trial(scenario: 0, round: 1), name: "a", attempt: 1, outcome: .ran,
      client: .simulated(.simulated), hosts: [reading])
    #expect(measurement.problem?.contains("'hosts.client.cpu.user_ns' must be at most") == true)
  }

  /// Five connections of two clients, as if one had had them all.
  @Test func `fairness of several clients is that of all connections`() throws {
    let shares = [[10, 20, 30], [40, 100]]
    let reports = try shares.enumerated().map { index, shares in
      try MergeReports.report(
        "h\(index)", index + 1, latencies: Array(repeating: 50_000, count: shares.reduce(0, +))
      ) {
        $0.connections.total = shares.count
        $0.connections.fairness = jainIndex(shares)
      }
    }
    let merged = try ClientReport(
      merging: reports, try MergeReports.merged(reports), load: Load(), seed: 1, usage: nil)
    let expected = try #require(jainIndex(shares.flatMap(\.self)))
    #expect(abs(try #require(merged.connections.fairness) - expected) < 1e-12)
  }

  /// An end is one or the other.
  @Test func `an end that is none is not taken for one`() {
    #expect(ProcessEnd(status: nil, signal: nil) == nil)
    #expect(ProcessEnd(status: 1, signal: 9) == nil)
    #expect(ProcessEnd(status: 3, signal: nil) == .exited(3))
  }
}
