import EchoIO
import Foundation
import Testing

@testable import EchoIO
@testable import EchoSuite

/// A server whose response times are 0.1 ms up to a rate, and 5 ms beyond.
private struct SimulatedServer {
  var limit = 60_000
  var closed = 100_000.0
  /// Of the client's busiest thread, where it does not hold.
  var clientBusiest = 0.4
  var serverBusiest: Double?
  /// What it achieves of the rate, where it does not hold.
  var achieved = 1.0
  var lag: UInt64 = 1000

  func report(_ workload: Workload) -> ClientReport {
    let rate = workload.load.rate
    let isHeld = (rate ?? 0) <= limit
    let reached = rate.map { Double($0) * (isHeld ? 1 : achieved) } ?? closed
    var report = ClientReport(workload)
    report.build = "release"
    guard case .duration(let length) = workload.stopRule else { return report }
    report.window = ClientReport.WindowReport(
      duration: length.nanoseconds, warmup: 0, usage: length.nanoseconds)
    report.valid = true
    report.counts.completed = UInt64(reached * length.seconds)
    report.throughput.messagesPerSecond = reached
    report.throughput.bytesPerSecond = reached * Double(workload.load.size.bytes)
    report.latency = Self.latency(isHeld ? 100_000 : 5_000_000)
    report.service = Self.latency(50_000)
    if let rate {
      report.schedule = ClientReport.Schedule(
        offered: Double(rate), achieved: reached, .none,
        sendLag: Self.latency(isHeld ? 1000 : lag))
    }
    report.client = usage(isHeld ? 0.3 : clientBusiest, of: length)
    report.server = serverBusiest.map { usage($0, of: length) }
    report.connections.served = report.connections.total
    return report
  }

  private func usage(_ share: Double, of length: TimeSpan) -> ProcessUsage {
    // The busiest of its threads used half of it.
    .simulated(
      UInt64(2 * share * Double(length.nanoseconds)), switches: 1, processes: 1, threads: 6)
  }

  static func latency(_ p99: UInt64) -> ClientReport.Latency {
    var latency = ClientReport.Latency(LatencyHistogram())
    latency.percentiles = ["50": p99 / 2, "90": p99 / 2, "99": p99, "99.9": p99]
    (latency.min, latency.mean, latency.max) = (1, Double(p99 / 2), 2 * p99)
    return latency
  }
}

struct RateRunTests {
  private let refusal = SystemError("connect 127.0.0.1:1", errno: 111)

  private func run(
    _ server: SimulatedServer, _ condition: String = "p99<1ms", spin: Bool? = nil,
    stoppedIn last: Int = .max,
    _ change: (Int, inout ClientReport) throws(SystemError) -> Void = { _, _ in }
  ) throws -> (RateReport, [Workload]) {
    var load = Load(engine: .event)
    (load.arrival, load.spin) = (.poisson, spin)
    let run = RateRun(
      Workload(load: load, warmup: .milliseconds(250), seed: 7),
      for: try LatencyCondition(parsing: condition), duration: .seconds(1))
    var workloads: [Workload] = []
    func measure(_ workload: Workload) throws(SystemError) -> ClientReport {
      workloads.append(workload)
      var report = server.report(workload)
      try change(workloads.count - 1, &report)
      return report
    }
    let report = run.run(until: { workloads.count > last }, measure: measure)
    return (report, workloads)
  }

  @Test func `a closed loop comes first, then open ones, each with content of its own`() throws {
    let (report, workloads) = try run(SimulatedServer())
    #expect(workloads.first?.load.rate == nil && workloads.first?.load.arrival == nil)
    #expect(workloads.dropFirst().allSatisfy { $0.load.rate != nil && $0.load.arrival == .poisson })
    #expect(workloads.map(\.seed) == workloads.indices.map { 7 + UInt64($0) })
    #expect(workloads.dropLast().allSatisfy { $0.stopRule == .duration(.seconds(1)) })
    #expect(workloads.last?.stopRule == .duration(.seconds(3)))
    #expect(report.windows.count == workloads.count)
    #expect(report.windows.first?.kind == .closed && report.windows.first?.outcome == nil)
    #expect(report.windows.last?.kind == .confirmation && report.windows.last?.outcome == .held)
  }

  @Test func `the rate is confirmed, with its interval and what was in the way`() throws {
    let (report, _) = try run(SimulatedServer())
    let rate = try #require(report.rate)
    #expect(report.valid && !report.partial)
    #expect(report.held == rate && rate <= 60_000 && rate > 57_000)
    #expect((60_001...63_000).contains(try #require(report.failed)))
    #expect(report.limit == .condition)
    let text = "\(RateText(report))"
    let speed = "\(grouped(rate)) messages/s, \(fixed(Double(rate) / 1048.576, 2)) MB/s"
    #expect(text.contains("\nrate         \(speed)\n"))
    #expect(text.contains("/s held, \(grouped(report.failed ?? 0))/s did not hold\n"))
    #expect(text.contains("/s p99 was 5.000 ms\n"))
    #expect(!text.contains("client-bound") && !text.contains("warning"))
  }

  @Test func `a rate of which less comes back does not hold`() throws {
    let (report, _) = try run(SimulatedServer(achieved: 0.9), "p99<1s")
    #expect(report.limit == .notKept)
    #expect((57_000...60_000).contains(try #require(report.rate)))
    #expect(report.limitText?.contains("/s came back") == true)
  }

  @Test(arguments: [
    (SimulatedServer(clientBusiest: 0.95), nil, RateReport.Limit.client),
    (SimulatedServer(clientBusiest: 0.9), nil, .client),
    (SimulatedServer(clientBusiest: 0.89), nil, .condition),
    (SimulatedServer(clientBusiest: 0.95, serverBusiest: 0.5), nil, .client),
    (SimulatedServer(clientBusiest: 0.95, serverBusiest: 0.99), nil, .condition),
    (SimulatedServer(clientBusiest: 0.95), true, .condition),
    // The send lag alone breaks the condition, with connections that are free.
    (SimulatedServer(lag: 4_000_000), nil, .client),
  ])
  private func `client-bound is what the client did not do`(
    server: SimulatedServer, spin: Bool?, limit: RateReport.Limit
  ) throws {
    let (report, _) = try run(server, spin: spin)
    #expect(report.limit == limit)
    #expect("\(RateText(report))".contains(", client-bound\n") == (limit == .client))
  }

  @Test func `client-bound is a rate at which the client was the limit each time`() throws {
    let (report, _) = try run(SimulatedServer(clientBusiest: 0.95)) { index, report in
      // One of two windows at a rate that does not hold.
      if index.isMultiple(of: 2) { report.client?.busiestThreadNanoseconds = 1 }
    }
    #expect(report.limit == .condition)
  }

  @Test func `connections that are in use make messages wait, which is not the client`() throws {
    let (report, _) = try run(SimulatedServer(lag: 4_000_000)) { _, report in
      // 5 connections × 80 µs are 62,500 messages/s.
      report.service = SimulatedServer.latency(160_000)
    }
    #expect(report.limit == .condition)
  }

  @Test func `that no rate holds is a finding`() throws {
    let (report, _) = try run(SimulatedServer(limit: 0))
    #expect(report.valid && report.rate == nil && report.held == nil)
    #expect(report.finding == "no rate holds: at the lowest tried, 116/s, p99 was 5.000 ms")
    #expect(report.table.rows[0][3] == "–")
  }

  @Test func `a percentile that is not known is no success`() throws {
    let (report, _) = try run(SimulatedServer()) { _, report in
      report.latency.percentiles["99"] = .some(nil)
    }
    #expect(report.rate == nil && report.limit == .unknown)
    #expect(report.finding.hasSuffix("there were too few messages to tell"))
  }

  @Test func `a window without an answer in time does not hold, and the search goes on`() throws {
    let (report, _) = try run(SimulatedServer()) { _, report in
      guard let rate = report.workload.load.rate, rate > 30_000 else { return }
      report.valid = false
      report.counts.errors["timeout"] = 5
      report.invalidReasons = ["no progress for 5s"]
    }
    #expect(report.valid && report.limit == .stalled)
    #expect((28_500...30_000).contains(try #require(report.rate)))
  }

  @Test(arguments: [1, 4])
  func `a server that does not answer any more is wrong, not slow`(last: Int) throws {
    let (report, _) = try run(SimulatedServer()) { index, report in
      guard index >= last else { return }
      report.valid = false
      report.counts.errors["timeout"] = 5
      report.invalidReasons = ["no progress for 5s"]
    }
    #expect(!report.valid && report.rate == nil)
    #expect(report.invalidReasons == ["no progress for 5s"] && report.client?.valid == false)
  }

  @Test
  func `the client's report is that of the window that confirmed, or of the last measurement`()
    throws
  {
    let (found, _) = try run(SimulatedServer())
    #expect(found.client?.workload.load.rate == found.rate && found.client?.valid == true)
    let (none, _) = try run(SimulatedServer(limit: 0))
    #expect(none.client?.workload.load.rate == none.failed && none.confirmation == nil)
    let (wrong, _) = try run(SimulatedServer()) { index, report in
      guard index == 2 else { return }
      (report.valid, report.invalidReasons) = (false, ["a byte is wrong"])
      report.counts.errors["mismatch"] = 1
    }
    #expect(wrong.client?.invalidReasons == ["a byte is wrong"])
    let (failed, _) = try run(SimulatedServer()) { _, _ throws(SystemError) in throw refusal }
    #expect(failed.client?.error == failed.error)
  }

  @Test func `a report reads back as it was written`() throws {
    let (report, _) = try run(SimulatedServer())
    let data = try JSONEncoder().encode(report)
    #expect(try JSONDecoder().decode(RateReport.self, from: data) == report)
  }

  @Test(
    arguments: [
      (1_234_567, "1.235 ms"), (99_999_999, "100.000 ms"), (100_000_000, "0.10 s"),
    ] as [(UInt64, String)])
  func `short windows have a length, and a few messages are enough for their condition`(
    duration: UInt64, length: String
  ) throws {
    let (report, _) = try run(SimulatedServer()) { index, report in
      report.counts.completed = 50
      if index == 0 { report.window.duration = duration }
    }
    let text = "\(RateText(report))"
    #expect(text.contains("\nwindows      \(length), closed loop: "))
    #expect(text.contains("in open loops of 1s or more after 250ms of warm-up"))
    #expect(!text.contains("longer --duration"))
    #expect(text.components(separatedBy: "p99 < 1ms").count == 2)
  }

  @Test(arguments: [1, 2])
  func `a closed loop without a reply is tried once more before it is believed`(silent: Int) throws
  {
    let (report, workloads) = try run(SimulatedServer()) { index, report in
      guard index < silent else { return }
      (report.valid, report.invalidReasons) = (false, ["no message came back within the window"])
      report.counts.completed = 0
      report.throughput.messagesPerSecond = nil
    }
    #expect(workloads.prefix(2).allSatisfy { $0.load.rate == nil })
    #expect(report.windows.first?.achieved == nil)
    #expect(report.valid == (silent == 1) && (report.rate != nil) == (silent == 1))
    #expect(report.invalidReasons.isEmpty == (silent == 1))
    #expect(report.closedLoop == (silent == 1 ? 100_000 : nil))
    #expect(silent == 1 || workloads.count == 2)
  }

  @Test func `a wrong server ends the search without a figure`() throws {
    let (report, workloads) = try run(SimulatedServer()) { index, report in
      guard index == 2 else { return }
      report.valid = false
      report.counts.errors["mismatch"] = 1
      report.invalidReasons = ["a byte is wrong"]
    }
    #expect(workloads.count == 3)
    #expect(!report.valid && report.invalidReasons == ["a byte is wrong"])
    #expect("\(RateText(report))".contains("\nINVALID      a byte is wrong\n"))
    #expect(report.table.rows[0][3] == "INVALID")
  }

  @Test func `a window that cannot take place says why`() throws {
    let (report, _) = try run(SimulatedServer()) { index, _ throws(SystemError) in
      if index == 1 { throw refusal }
    }
    #expect(!report.valid && report.error == "\(refusal)")
    #expect("\(RateText(report))".contains("\nfailed       connect 127.0.0.1:1: "))
  }

  @Test func `an interrupted search tells what it knew`() throws {
    let (report, _) = try run(SimulatedServer(), stoppedIn: 2)
    #expect(report.partial && report.valid && report.rate == nil)
    #expect(report.windows.count == 2 && report.held == 50_000)
    #expect(report.finding == "not known: the search was interrupted")
    #expect("\(RateText(report))".contains("\nwarning      interrupted: "))
  }

  @Test func `arrivals at random may be fewer by chance, and an empty cell is no figure`() throws {
    // 2 % of 10,000 are two standard deviations, 10 % are ten.
    func outcome(_ achieved: Double) throws -> RateWindow.Outcome? {
      try run(SimulatedServer(limit: 0, closed: 20_000, achieved: achieved), "p99<1s").0.windows[1]
        .outcome
    }
    #expect(try outcome(0.98) == .held)
    #expect(try outcome(0.9) == .notKept)
    let table = try run(SimulatedServer()).0.flatTable
    #expect(table.rows[0][0...2] == ["closed", "", ""])
    #expect(table.rows[1][0...2] == ["search", "50000", "held"])
  }
}
