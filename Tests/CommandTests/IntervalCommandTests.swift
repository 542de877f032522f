import Foundation
import Testing

@Suite(.serialized, .takingTurns, .timeLimit(.minutes(1)))
struct IntervalCommandTests {
  private static let run = ["--workers", "2", "--warmup", "0", "--duration", "300ms"]
  private static let series = run + ["--interval", "100ms"]

  @Test func `JSON and the log have the same intervals, and they add up`() async throws {
    try await withServer { address in
      try await TemporaryFolder.with { folder in
        let path = "\(folder.path)/a.hlog"
        let report = try await report(address, Self.series + ["--hlog", path])
        let intervals = try intervals(report)
        #expect(intervals.count == 3)
        let completed = intervals.compactMap { $0["completed"]?.number }
        #expect(completed.reduce(0, +) == report["counts"]?["completed"]?.number)
        let lines = folder.read("a.hlog").split(separator: "\n").dropFirst(3)
        #expect(lines.count == 3)
        for (line, (index, interval)) in zip(lines, intervals.enumerated()) {
          #expect(line.hasPrefix("Tag=service_time,0.\(index)00,0.100,"))
          #expect(line.hasSuffix(",\(interval["latency"]?["hdr_v2"]?.string ?? "none")"))
        }
      }
    }
  }

  @Test(.enabled(if: IndependentReader.python != nil, IndependentReader.absence))
  func `an independent reader finds the counts of each interval`() async throws {
    try await withServer { address in
      try await TemporaryFolder.with { folder in
        let path = "\(folder.path)/a.hlog"
        let report = try await report(address, Self.series + ["--hlog", path])
        let intervals = try intervals(report)
        let encoded = intervals.compactMap { $0["latency"]?["hdr_v2"]?.string }
        let lines = try await IndependentReader.log(path, holding: encoded)
        #expect(lines.map { $0["count"] } == intervals.map { $0["completed"] })
        #expect(lines.allSatisfy { $0["is_same"] == .bool(true) })
        #expect(lines.allSatisfy { $0["tag"] == .string("service_time") })
        for (line, next) in zip(lines, lines.dropFirst()) {
          let gap = (next["start"]?.number ?? 0) - (line["end"]?.number ?? 0)
          #expect(abs(gap) < 0.001)
        }
      }
    }
  }

  @Test func `CSV has a row for each interval`() async throws {
    try await withServer { address in
      let ending = try await client(address, Self.series + ["--format", "csv"])
      let rows = ending.output.split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false)
      }
      #expect(rows.count == 4)
      #expect(rows[0].prefix(3) == ["start_ns", "duration_ns", "completed"])
      #expect(rows[0].last == "hdr_v2")
      #expect(rows.dropFirst().map { $0[0] } == ["0", "100000000", "200000000"])
      #expect(rows.allSatisfy { $0.count == rows[0].count })
    }
  }

  @Test func `text says between what the intervals were, and what was unfinished`() async throws {
    try await withServer { address in
      let ending = try await client(address, Self.series)
      #expect(ending.output.contains("\nintervals    3 of 0.10 s: "))
      #expect(ending.output.contains("\nunfinished   2 messages at the end of the window, "))
      // There is no terminal.
      #expect(!ending.errors.contains("messages/s"))
    }
  }

  @Test(arguments: [false, true])
  func `a terminal shows each interval as it passes, unless told not to`(quiet: Bool) async throws {
    let terminal = try PseudoTerminal()
    try await withServer { address in
      let ending = try await RunningProgram.run(
        ["client", "--address", address] + Self.series + (quiet ? ["--quiet"] : []),
        after: "export TERM=xterm; exec 2>\(terminal.name)")
      #expect(ending.status == 0)
    }
    let lines = terminal.read().split(whereSeparator: \.isNewline).filter {
      $0.contains(" messages/s  p50 ")
    }
    #expect(lines.count == (quiet ? 0 : 3))
    for (line, end) in zip(lines, ["0.10", "0.20", "0.30"]) {
      // Where the line was that is written over.
      #expect(line.hasPrefix("\u{1b}[K    \(end) s "))
      #expect(line.contains(" µs  errors 0"))
    }
  }

  @Test func `an interrupted run has the intervals until then`() async throws {
    try await withServer { address in
      let arguments = [
        "client", "--address", address, "--workers", "2", "--duration", "600s", "--warmup", "0",
        "--interval", "50ms", "--format", "json",
      ]
      try await RunningProgram.with(arguments) { client in
        // Nothing tells when it measures; before it listens to signals this one would end it.
        try await Task.sleep(for: .seconds(2))
        client.signal(SIGINT)
        let ending = try await client.end()
        #expect(ending.status == 128 + SIGINT)
        let report = try JSONValue(parsing: ending.output)
        let intervals = try intervals(report)
        let durations = intervals.compactMap { $0["duration_ns"]?.number }
        #expect(durations.reduce(0, +) == report["window"]?["duration_ns"]?.number)
        #expect(durations.dropLast().allSatisfy { $0 == 50e6 })
        let completed = intervals.compactMap { $0["completed"]?.number }
        #expect(completed.reduce(0, +) == report["counts"]?["completed"]?.number)
      }
    }
  }

  private func client(
    _ address: String, _ arguments: [String]
  ) async throws -> RunningProgram.Ending {
    let ending = try await RunningProgram.run(["client", "--address", address] + arguments)
    #expect(ending.status == 0, "\(ending.errors)")
    return ending
  }

  private func report(_ address: String, _ arguments: [String]) async throws -> JSONValue {
    let ending = try await client(address, arguments + ["--format", "json"])
    let report = try JSONValue(parsing: ending.output)
    #expect(try Schema(named: "echobench-client/1").complaints(about: report) == [])
    return report
  }

  private func intervals(_ report: JSONValue) throws -> [JSONValue] {
    guard case .array(let intervals) = report["intervals"] else {
      Issue.record("no intervals: \(report)")
      return []
    }
    return intervals
  }
}
