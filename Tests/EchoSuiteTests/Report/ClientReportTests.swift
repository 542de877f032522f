import FoundationEssentials
import Testing

@testable import EchoIO
@testable import EchoSuite

struct ClientReportTests {
  @Test func `a measurement is told as text, warnings last`() throws {
    let text = "\(ClientText(.simulated(scenario(connections: 5))))"
    #expect(
      text == """
        target       127.0.0.1:25000
        workload     5 workers, 1000-byte messages, blocking engine, verify full, seed 1
        window       0.10 s after 0.02 s of warm-up, closed loop
        throughput   10000.0 messages/s, 9.54 MB/s (1000 messages)
        latency      round trip (service time), µs
                     p50 100.0  p90 150.0  p99 300.0  p99.9 –
                     min 50.0  mean 100.0  max 900.0
        CPU          client 6.00, server 8.00 µs per message
        connections  5 of 5 served, 200 to 200 messages each, fairness 1.00
        errors       connect 0, reset 0, timeout 0, mismatch 0, surplus 0, missing 0

        """)
  }

  @Test func `a client of several says who it is, and what it had besides`() throws {
    let report = try MergeReports.report("h1", 1) { report in
      let latency = report.latency
      report.fleet?.startAt = MergeReports.start
      report.sizes = [
        .init(from: 64, to: 64, completed: 7, latency: latency),
        .init(from: 128, to: 255, completed: 9, latency: latency),
      ]
      report.retransmits = 3
    }
    let text = "\(ClientText(report))"
    #expect(text.contains("\nclient       h1, shard 1/2, load from 2026-11-"))
    #expect(text.contains("7 messages of 64 B, µs"))
    #expect(text.contains("9 messages of 128 to 255 B, µs"))
    #expect(text.contains("3 segments sent again"))
  }

  @Test func `one is told as one`() {
    var report = ClientReport.simulated(scenario(connections: 1))
    report.workload.load.workers = 1
    #expect("\(ClientText(report))".contains("\nworkload     1 worker, 1000-byte messages, "))
    report.workload.load.workers = 2
    report.workload.load.reconnect = 1
    #expect(
      "\(ClientText(report))".contains(
        "2 workers, 1 connection, 1000-byte messages, a new connection for each message, "))
  }

  @Test func `what was unfinished is told, and between what the intervals were`() {
    var report = ClientReport.simulated(scenario(connections: 5))
    report.counts.unfinished = 5
    report.counts.oldestUnfinished = 900_000
    report.intervals = [
      interval(0, completed: 400, max: 400_000),
      interval(50_000_000, completed: 600, max: 600_000),
    ]
    #expect(
      "\(ClientText(report))".contains(
        """
                     min 50.0  mean 100.0  max 900.0
        intervals    2 of 0.05 s: 8000.0 to 12000.0 messages/s, max up to 600.0 µs
        CPU          client 6.00, server 8.00 µs per message
        connections  5 of 5 served, 200 to 200 messages each, fairness 1.00
        unfinished   5 messages at the end of the window, the oldest for 900.0 µs
        errors       connect 0,
        """))
    report.counts.unfinished = 1
    report.counts.oldestUnfinished = 900_001
    #expect(
      "\(ClientText(report))".contains(
        "\nunfinished   1 message at the end of the window, the oldest for 900.0 µs: longer than any"
          + " that came back\n"))
  }

  @Test func `intervals are a table for people, and one of raw figures`() {
    var report = ClientReport.simulated(scenario(connections: 5))
    #expect(report.intervalTable == nil && report.flatIntervalTable == nil)
    var stall = interval(50_000_000, completed: 0, max: 0)
    stall.latency = ClientReport.Latency(LatencyHistogram())
    report.intervals = [interval(0, completed: 600, max: 900_000), stall]
    #expect(
      report.intervalTable?.rows == [
        ["0.00", "12000", "70.0", "–", "900.0", "0"], ["0.05", "0", "–", "–", "–", "0"],
      ])
    #expect(
      report.flatIntervalTable?.rows == [
        [
          "0", "50000000", "600", "12000.000", "0", "50000", "70000.0", "70000", "", "", "",
          "900000", "HISTsimulated",
        ],
        ["50000000", "50000000", "0", "0.000", "0", "", "", "", "", "", "", "", ""],
      ])
    #expect(
      report.intervals?.map(\.line) == [
        "    0.05 s     12000 messages/s  p50     70.0  p99        – µs  errors 0",
        "    0.10 s         0 messages/s  p50        –  p99        – µs  errors 0",
      ])
  }

  /// Of a twentieth of a second.
  private func interval(_ start: UInt64, completed: UInt64, max: UInt64) -> ClientReport.Interval {
    var interval = ClientReport.Interval(
      RecordedInterval(), start: start, duration: 50_000_000)
    interval.completed = completed
    interval.messagesPerSecond = Double(completed) * 20
    interval.latency.min = 50_000
    interval.latency.mean = 70_000
    interval.latency.max = max
    interval.latency.percentiles = ["50": 70_000, "90": nil, "99": nil, "99.9": nil]
    interval.latency.hdrV2 = "HISTsimulated"
    return interval
  }

  @Test func `an invalid run has reasons and errors instead of figures`() {
    var report = ClientReport.simulated(
      scenario(connections: 8), SimulatedLoad(invalidReasons: ["a byte is wrong", "one is lost"]))
    report.counts.errors["mismatch"] = 2
    #expect(
      "\(ClientText(report))" == """
        target       127.0.0.1:25000
        workload     5 workers, 8 connections, 1000-byte messages, event engine, verify full, seed 1
        window       0.10 s after 0.02 s of warm-up, closed loop
        INVALID      a byte is wrong
        INVALID      one is lost
        errors       connect 0, reset 0, timeout 0, mismatch 2, surplus 0, missing 0

        """)
  }

  @Test func `a run that could not take place says why`() {
    var report = ClientReport(Workload(seed: 1), error: refusal)
    report.build = "release"
    #expect(
      "\(ClientText(report))" == """
        target       127.0.0.1:25000
        workload     5 workers, 1000-byte messages, blocking engine, verify full, seed 1
        window       0.00 s after 0.00 s of warm-up, closed loop
        failed       connect 127.0.0.1:1: Connection refused.
        errors       connect 1, reset 0, timeout 0, mismatch 0, surplus 0, missing 0

        """)
  }

  @Test func `the table begins with the blog's columns`() {
    let table = ClientReport.simulated(scenario(connections: 5)).table
    #expect(
      table.columns.prefix(5).map(\.title)
        == ["Module", "Server buffer size", "Message size", "Messages/s", "MB/s"])
    #expect(
      table.rows == [
        ["127.0.0.1:25000", "–", "1000", "10000", "9.54", "blocking", "100.0", "300.0", "0", ""]
      ])
  }

  @Test func `an invalid run has no number in the tables`() throws {
    let report = ClientReport.simulated(
      scenario(connections: 5), SimulatedLoad(invalidReasons: ["a byte is wrong", "one, too"]))
    #expect(
      report.table.rows == [
        [
          "127.0.0.1:25000", "–", "1000", "INVALID", "–", "blocking", "–", "–", "0",
          "a byte is wrong; one, too",
        ]
      ])
    let flat = flatCells(report)
    #expect(flat["valid"] == "false")
    #expect(flat["messages_per_second"] == "")
    #expect(flat["latency_p50_ns"] == "")
    #expect(flat["reasons"] == "a byte is wrong; one, too")
  }

  @Test func `a run that could not take place is not called invalid`() {
    let report = ClientReport(Workload(), error: refusal)
    #expect(report.table.rows[0][3] == "–")
    #expect(report.table.rows[0][8] == "1")
  }

  @Test func `what failed before anything was connected is no failed connection`() {
    let error = SystemError("pthread_create", errno: 11)
    let report = ClientReport(Workload(), error: error)
    #expect(report.error == "pthread_create: Resource temporarily unavailable.")
    #expect(report.counts.errors["connect"] == 0)
  }

  @Test func `the flat table has raw figures, one column each`() {
    let report = ClientReport.simulated(scenario(connections: 5))
    let flat = flatCells(report)
    #expect(flat["messages_per_second"] == "10000.000")
    #expect(flat["bytes_per_second"] == "10000000.000")
    #expect(flat["latency_p50_ns"] == "100000")
    #expect(flat["latency_p99.9_ns"] == "")
    #expect(flat["duration_ns"] == "100000000")
    #expect(flat["errors_connect"] == "0")
    #expect(flat.count == report.flatTable.columns.count)
  }

  @Test func `the document has every member, and null for what is not there`() throws {
    let report = ClientReport(Workload(), error: refusal)
    let document = String(decoding: try JSONEncoder().encode(report), as: UTF8.self)
    for member in ["messages_per_second", "bytes_per_second", "hdr_v2", "server", "machine"] {
      #expect(document.contains("\"\(member)\":null"), "\(member)")
    }
    #expect(try JSONDecoder().decode(ClientReport.self, from: Data(document.utf8)) == report)
  }

  private let refusal = SystemError("connect 127.0.0.1:1", errno: 111, phase: .connect)

  private func scenario(connections: Int) -> Scenario {
    Scenario(
      server: Server(name: "a", kind: .backend(name: "threads")),
      load: Load(connections: connections))
  }

  private func flatCells(_ report: ClientReport) -> [String: String] {
    let table = report.flatTable
    return Dictionary(uniqueKeysWithValues: zip(table.columns.map(\.title), table.rows[0]))
  }
}
