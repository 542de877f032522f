import EchoIO
import FoundationEssentials
import Testing

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
