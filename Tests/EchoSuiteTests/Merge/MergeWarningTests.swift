import Foundation
import Testing

@testable import EchoIO
@testable import EchoSuite

/// What is told beside the figures of several clients: doubts, and the server.
struct MergeWarningTests {
  // MARK: - What is warned of

  private static let doubts: [(String, @Sendable (inout ClientReport) -> Void)] = [
    (
      "nobody keeps the clock of h2 in step",
      { $0.fleet?.clock = .init(isSynchronised: false, maxError: 0) }
    ),
    ("whether the clock is synchronised is not known of h2", { $0.fleet?.clock = nil }),
    (
      "the clock of h2 may be 300.0 ms off",
      { $0.fleet?.clock = .init(isSynchronised: true, maxError: 300_000_000) }
    ),
    ("the windows began within 300.0 ms of each other", { $0.shift(by: 300_000_000) }),
    ("there is no load before or after the windows", { $0.window.cooldown = nil }),
    (
      "no CPU was idle on the machine of h2",
      { $0.machine = MachineUsage(busy: 99, idle: 1, stolen: 0) }
    ),
    ("the clients sent 7 segments again: packets were lost", { $0.retransmits = 7 }),
    (
      "3 of 5 connections of h2 were served",
      { ($0.connections.served, $0.connections.total) = (3, 5) }
    ),
  ]

  @Test(arguments: doubts.indices)
  func `what makes a result doubtful is told`(index: Int) throws {
    let (words, adjust) = Self.doubts[index]
    let report = try MergeReports.merged([
      try MergeReports.report("h1", 1), try MergeReports.report("h2", 2, adjust),
    ])
    #expect(report.valid)
    #expect(report.warnings.count == 1 && report.warnings[0].hasPrefix(words), "\(report.warnings)")
  }

  @Test func `nothing is to be said of what is as it should be`() throws {
    let report = try MergeReports.merged([
      try MergeReports.report("h1", 1), try MergeReports.report("h2", 2, late: 5_000_000),
    ])
    #expect(report.warnings == [])
    #expect(report.window.skew == 5_000_000 && report.window.margin == MergeReports.second / 2)
    #expect(report.window.end - report.window.start == MergeReports.second - 5_000_000)
  }

  @Test(arguments: [(MergeReports.second / 4, false), (MergeReports.second / 4 + 1, true)])
  func `windows may begin half of the load around them apart`(late: UInt64, isTold: Bool) throws {
    let report = try MergeReports.merged([
      try MergeReports.report("h1", 1), try MergeReports.report("h2", 2, late: late),
    ])
    #expect(
      report.warnings.map { $0.hasPrefix("the windows began within") } == (isTold ? [true] : []))
  }

  @Test(arguments: [(2, false), (3, true)])
  func `a client that is more than twice as fast as another is told`(
    times: Int, isTold: Bool
  ) throws {
    let report = try MergeReports.merged([
      try MergeReports.report("h1", 1),
      try MergeReports.report("h2", 2, latencies: Array(repeating: 50_000, count: times * 5000)),
    ])
    #expect(report.warnings.contains { $0.hasPrefix("h2 was 3.0 times as fast as h1") } == isTold)
    #expect(report.warnings.count == (isTold ? 1 : 0))
  }

  // MARK: - The server

  @Test func `the server's CPU time is told once, for all messages`() throws {
    let reports = [try MergeReports.report("h1", 1), try MergeReports.report("h2", 2)]
    // Half a CPU, from before the window to after it.
    let readings = [
      try #require(MergeReports.reading(0, cpu: 3_000_000)),
      try #require(MergeReports.reading(2000, cpu: 1_003_000_000)),
    ]
    let inputs =
      try MergeReports.inputs(reports)
      + readings.map {
        MergeInput(source: "observe.json", data: try JSONEncoder().encode($0))
      }
    let report = MergeReport(try Merge(inputs, expecting: nil))
    let server = try #require(report.server)
    #expect(abs(server.cpus - 0.5) < 1e-9 && server.host == "h0")
    #expect(abs((server.cpuNanosecondsPerMessage ?? 0) - 50_000) < 1e-3)
    #expect(server.tcp.retransmits == 2)
    #expect(
      "\(MergeText(report))".contains("process 7 on h0: 0.50 CPUs, 50.00 µs per message"))
    #expect("\(MergeText(report))".contains("2 segments sent again, 0 timeouts"))
    #expect(
      report.markdown.contains("Process 7 on h0 used 0.50 CPUs, 50.00 µs per message."))
    #expect(report.markdown.contains("Its machine sent 2 segments again, after 0 timeouts"))
    #expect(report.warnings.contains { $0.hasPrefix("the server's machine sent 2 segments again") })
    #expect(
      report.warnings.contains {
        $0.hasPrefix("the readings of the server around the window are 2000.0 ms apart")
      })

    let between = try [(900, 453_000_000), (1300, 653_000_000)].map { moment, cpu in
      MergeInput(
        source: "observe.json",
        data: try JSONEncoder().encode(
          try #require(MergeReports.reading(UInt64(moment), cpu: UInt64(cpu)))))
    }
    let fine = MergeReport(try Merge(inputs + between, expecting: nil))
    #expect(abs((fine.server?.cpus ?? 0) - 0.5) < 1e-9)
    #expect(!fine.warnings.contains { $0.hasPrefix("the readings") })

    let short = MergeReport(try Merge(inputs.dropLast(), expecting: nil))
    #expect(short.server == nil)
    #expect(
      short.warnings == [
        "the readings of the server do not reach from the beginning of the window to its end"
      ])
  }

  @Test func `readings of two servers are refused`() throws {
    var other = try #require(MergeReports.reading(5, cpu: 1))
    other.process = 8
    let inputs =
      try MergeReports.inputs([try MergeReports.report("h1", 1, of: 1)])
      + [MergeReports.reading(0, cpu: 1), other].map {
        MergeInput(source: "observe.json", data: try JSONEncoder().encode($0))
      }
    let refusal = try #require(throws: Merge.Refusal.self) { try Merge(inputs, expecting: nil) }
    #expect("\(refusal)".contains("readings of two servers, process 7 on h0 and process 8 on h0"))
  }
}
