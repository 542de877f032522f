import Foundation
import Testing

@testable import EchoIO
@testable import EchoSuite

struct MergeTests {
  // MARK: - What is added up

  @Test func `counts are sums, rates too, and percentiles those of all messages`() throws {
    // One host of two is slow with one message in a thousand.
    let quick = Array(repeating: UInt64(50_000), count: 99_000)
    let slow = Array(repeating: UInt64(50_000), count: 998) + [200_000_000, 205_000_000]
    let report = try MergeReports.merged([
      try MergeReports.report("h1", 1, latencies: quick),
      try MergeReports.report("h2", 2, latencies: slow),
    ])
    #expect(report.valid && report.warnings.count == 1)
    #expect(report.counts.completed == 100_000)
    #expect(report.throughput.messagesPerSecond == 100_000)
    #expect(report.throughput.bytesPerSecond == 1e8)
    // 99,998 of 100,000 are quick, so 99.9 % are; a mean of the two would be 100 ms.
    let p999 = try #require(report.latency.percentiles["99.9"] ?? nil)
    #expect((50_000...50_100).contains(p999))
    #expect(report.latency.max == 205_000_000 && report.latency.min == 50_000)
    // 99 times as many messages come from the other host.
    #expect(report.warnings[0].hasPrefix("h1 was 99.0 times as fast as h2"))
    #expect(report.clients.map(\.id) == ["h1", "h2"])
  }

  @Test func `what is not known of a result is said`() throws {
    let report = try MergeReports.merged([
      try MergeReports.report("h1", 1), try MergeReports.report("h2", 2),
    ])
    for text in [report.markdown, "\(MergeText(report))"] {
      #expect(text.contains("Nothing is known of the server"), "\(text)")
    }
    #expect(report.markdown.contains("how far another would be from it is not known"))
  }

  @Test func `the order in which reports are given changes nothing`() throws {
    let reports = try (1...5).map { shard in
      try MergeReports.report(
        "h\(shard)", shard, of: 5, late: UInt64(shard),
        latencies: (0..<2000).map { UInt64($0 * shard * 100 + 1) })
    }
    let one = try JSONEncoder.sorted.encode(MergeReports.merged(reports))
    #expect(try JSONEncoder.sorted.encode(MergeReports.merged(reports.reversed())) == one)
    let rotated = Array(reports[2...] + reports[..<2])
    #expect(try JSONEncoder.sorted.encode(MergeReports.merged(rotated)) == one)
  }

  @Test func `the merged histogram has the sum of each bucket's counts`() throws {
    let (one, two) = ((1...3000).map { UInt64($0 * 997) }, (1...2000).map { UInt64($0 * 12_345) })
    let report = try MergeReports.merged([
      try MergeReports.report("h1", 1, latencies: one),
      try MergeReports.report("h2", 2, latencies: two),
    ])
    let merged = try LatencyHistogram(decoding: try #require(report.latency.hdrV2))
    var all = try LatencyRecorder()
    defer { all.deallocate() }
    for latency in one + two { all.record(from: 0, to: latency) }
    #expect(Array(merged.buckets) == Array(LatencyHistogram(all).buckets))
    #expect(report.latency.mean == Double((one + two).reduce(0, +)) / 5000)
  }

  @Test func `one that is INVALID makes the whole invalid`() throws {
    let report = try MergeReports.merged([
      try MergeReports.report("h1", 1),
      try MergeReports.report("h2", 2) {
        $0.valid = false
        $0.invalidReasons = ["the server returned bytes of connection 1\u{1b}[2J"]
        $0.latency = ClientReport.Latency(LatencyHistogram())
        $0.window.duration = 12
      },
    ])
    #expect(!report.valid)
    #expect(report.invalidReasons == ["h2: the server returned bytes of connection 1"])
    #expect(report.throughput.messagesPerSecond == nil && report.latency.hdrV2 == nil)
    #expect("\(MergeText(report))".contains("\nINVALID      h2: the server returned bytes"))
    #expect(!"\(MergeText(report))".contains("Nothing is known of the server"))
    #expect(report.markdown.contains("**INVALID**: h2: the server"))
  }

  // MARK: - What is refused

  private static let rules: [(String, @Sendable (inout ClientReport) -> Void)] = [
    (
      "2.json: its run did not take place: connect h1: refused",
      { $0.error = "connect h1: refused" }
    ),
    ("2.json: it was interrupted", { $0.partial = true }),
    ("2.json: it has no id: start each client with --id", { $0.fleet = nil }),
    ("2.json: its id must be 1 to 100 letters", { $0.fleet?.id = "../../etc" }),
    ("2.json: its id 'h1' is that of 1.json, too", { $0.fleet?.id = "h1" }),
    ("2.json: its messages have the seed 1001 of 1.json", { $0.workload.seed = 1001 }),
    ("2.json: it is shard 1, and so is 1.json", { $0.fleet?.shard = Shard(1, of: 2) }),
    (
      "2.json: it is one of 3 shards, and 1.json is one of 2", { $0.fleet?.shard = Shard(2, of: 3) }
    ),
    ("2.json: it has no shard, and 1.json is one of 2", { $0.fleet?.shard = nil }),
    ("2.json: there is no shard 0/0", { $0.fleet?.shard = Shard(0, of: 0) }),
    ("2.json: there is no shard 9/2", { $0.fleet?.shard = Shard(9, of: 2) }),
    (
      "2.json: its size is 64k, and that of 1.json 1000",
      { $0.workload.load.size = ByteCount(65536) }
    ),
    ("2.json: its engine is blocking, and that of", { $0.workload.load.engine = .blocking }),
    (
      "2.json: its verify is off, and that of 1.json full", { $0.workload.load.verification = .off }
    ),
    (
      "2.json: its pacing is an open loop, and that of 1.json a closed",
      { $0.workload.load.rate = 5 }
    ),
    ("2.json: its pipeline is 4, and that of 1.json 1", { $0.workload.load.pipeline = 4 }),
    ("2.json: its target is 10.77.0.12:1, and that of", { $0.target.address = "10.77.0.12:1" }),
    ("2.json: its duration is 2s, and that of 1.json 1s", { $0.window.duration = 2_000_000_000 }),
    ("2.json: its version is 1.0.0, and that of 1.json 9.9.9", { $0.fleet?.version = "1.0.0" }),
    ("2.json: its build is debug, and that of 1.json release", { $0.build = "debug" }),
    (
      "2.json: its histogram has 5000 messages, and 'counts.completed' is 5001",
      { $0.counts.completed += 1 }
    ),
    (
      "2.json: its histogram layout is 1 digits, and that of 1.json 3 digits",
      { report in
        if let hdr = report.latency.hdrV2, let histogram = try? LatencyHistogram(decoding: hdr) {
          report.latency.hdrV2 = histogram.reduced(to: .oneDigit).encodedV2
        }
      }
    ),
    ("2.json: its histogram of 'latency': it is not Base64", { $0.latency.hdrV2 = "?" }),
    ("2.json: its histogram of 'latency': the minimum, maximum and mean", { $0.latency.max = 7 }),
    ("2.json: its histogram has 0 messages", { $0.latency.hdrV2 = nil }),
    ("2.json: it says that it is valid, and why it is not", { $0.invalidReasons = ["x"] }),
    ("2.json: it says that it is invalid, and not why", { $0.valid = false }),
    ("2.json: it does not say when its load began and ended", { $0.fleet?.load = nil }),
    ("2.json: its window ended with a number of messages", { $0.window.messagesPerWorker = 5 }),
    (
      "2.json: its window ended 1100.0 ms after the load of 1.json did. Start them together",
      { $0.shift(by: 1_600_000_000) }
    ),
    (
      "2.json: its window began 1100.0 ms before the load of 1.json did. Start them together",
      { $0.shift(by: -1_600_000_000) }
    ),
    (
      "2.json: 'counts.sent' must be at most 1125899906842624, got 18446744073709551615",
      { $0.counts.sent = .max }
    ),
    (
      "2.json: 'window.start_unix_ns' must be at most 9223372036854775807",
      { $0.window.startUnix = .max }
    ),
    (
      "2.json: 'counts.errors.reset' must not be negative, got -1",
      { $0.counts.errors["reset"] = -1 }
    ),
    (
      "2.json: 'throughput.bytes_per_second' must be 0 to", { $0.throughput.bytesPerSecond = 1e300 }
    ),
  ]

  @Test(arguments: rules.indices)
  func `what cannot be added up is refused, with the file and the rule`(index: Int) throws {
    let (words, adjust) = Self.rules[index]
    let reports = [try MergeReports.report("h1", 1), try MergeReports.report("h2", 2, adjust)]
    let refusal = try #require(throws: Merge.Refusal.self) { try MergeReports.merged(reports) }
    #expect(refusal.problems.contains { "\($0)".hasPrefix(words) }, "\(refusal)")
  }

  @Test func `a reading with more CPUs than there can be is refused`() throws {
    var reading = try #require(MergeReports.reading(0, cpu: 1))
    let cpu = ServerReading.CPU(number: 0, busy: 0, idle: 0, softirq: 0)
    reading.cpus = Array(repeating: cpu, count: 8193)
    var inputs = try MergeReports.inputs([try MergeReports.report("h1", 1, of: 1)])
    inputs.append(MergeInput(source: "observed", data: try JSONEncoder().encode(reading)))
    let refusal = try #require(throws: Merge.Refusal.self) { try Merge(inputs, expecting: nil) }
    #expect("\(refusal)" == "observation: 'cpus' must be at most 8192, and there are 8193")
  }

  @Test func `as many are expected as are said to be`() throws {
    let reports = [try MergeReports.report("h1", 1), try MergeReports.report("h2", 2)]
    #expect(try MergeReports.merged(reports, expecting: 2).valid)
    let refusal = try #require(throws: Merge.Refusal.self) {
      try MergeReports.merged(reports, expecting: 3)
    }
    #expect("\(refusal)" == "--expect 3: there are 2 clients' reports")
    #expect(throws: Merge.Refusal.self) { try MergeReports.merged([]) }
    let few = try [1, 4].map { try MergeReports.report("h\($0)", $0, of: 5) }
    let missing = try #require(throws: Merge.Refusal.self) { try MergeReports.merged(few) }
    #expect("\(missing)" == "1.json: of its 5 shards there are 2: 2, 3, 5 missing")
  }
}
