import Testing

@testable import EchoIO
@testable import EchoSuite

/// What several clients measured, line by line.
struct MergeTextTests {
  private static func lines(
    retransmits: UInt64 = 0, _ adjust: (inout ClientReport) -> Void = { _ in }
  ) throws -> [String] {
    let reports = try (1...2).map { shard in
      try MergeReports.report("h\(shard)", shard, late: shard == 1 ? 0 : 5_000_000) {
        $0.cpu = CPUTime(userNanoseconds: 4_000_000, systemNanoseconds: 6_000_000)
        $0.machine = MachineUsage(busy: 25, idle: 75, stolen: 0)
        $0.retransmits = shard == 1 ? 0 : retransmits
        adjust(&$0)
      }
    }
    return "\(MergeText(try MergeReports.merged(reports)))".split(separator: "\n").map(String.init)
  }

  @Test func `a line has a name, and a figure its unit`() throws {
    let lines = try Self.lines()
    let start = Moment(unixNanoseconds: MergeReports.start + 5_000_000)
    let expected: [String] = [
      "target       10.77.0.11:25000, on the clients' machine",
      "clients      2 of 2",
      "workload     2 connections, 1000-byte messages, event engine, verify full, closed loop",
      "window       1.00 s each, 0.995 s in common from \(start) on, 5.00 ms apart, with 500 ms of"
        + " load around them",
      "throughput   10000.0 messages/s, 9.54 MB/s (10000 messages), the sum of the clients' rates",
      "latency      of every message, service time, µs",
      "             p50 50.0  p90 50.0  p99 50.0  p99.9 50.0  max 50.0",
      "             min 50.0  mean 50.0",
      "network      0 segments sent again by the clients",
      "client       h1 (1/2): 5000.0 messages/s, p50 50.0, p99 50.0, max 50.0 µs, CPU 2.00 µs per"
        + " message, 75 % of its machine idle",
      "client       h2 (2/2): 5000.0 messages/s, p50 50.0, p99 50.0, max 50.0 µs, CPU 2.00 µs per"
        + " message, 75 % of its machine idle",
    ]
    #expect(Array(lines.prefix(11)) == expected)
  }

  @Test func `how many are in flight is told where that is several`() throws {
    let lines = try Self.lines { $0.workload.load.pipeline = 4 }
    #expect(
      lines[2].hasPrefix("workload     2 connections, 4 in flight on each, 1000-byte messages, "))
  }

  @Test(arguments: [(1, "1 segment"), (2, "2 segments")] as [(UInt64, String)])
  func `segments are counted`(count: UInt64, words: String) throws {
    let lines = try Self.lines(retransmits: count)
    #expect(lines.contains("network      \(words) sent again by the clients"))
  }

  @Test func `a client has its own percentiles, each by its name`() throws {
    let latencies = (1...5000).map { UInt64(50_000 + $0 * 20) }
    let report = try MergeReports.merged([
      try MergeReports.report("h1", 1), try MergeReports.report("h2", 2, latencies: latencies),
    ])
    let line = try #require(
      "\(MergeText(report))".split(separator: "\n").first { $0.hasPrefix("client       h2 ") })
    // The 2500th, the 4950th and the last, to three digits.
    #expect(line.contains(", p50 100.0, p99 149."), "\(line)")
    #expect(line.contains(", max 150.0 µs"))
  }
}
