import EchoIO
import Foundation
import Testing

@Suite(.serialized, .takingTurns, .timeLimit(.minutes(1)))
struct FindRateTests {
  private static let connections = 4

  private func run(
    _ address: String, _ condition: String, _ options: [String] = [], format: String = "json"
  ) async throws -> RunningProgram.Ending {
    try await RunningProgram.run(arguments(address, condition, format: format) + options)
  }

  private func arguments(
    _ address: String, _ condition: String, format: String = "json"
  ) -> [String] {
    [
      "client", "--address", address, "--workers", "1", "--connections", "\(Self.connections)",
      "--size", "\(SlowServer.messageBytes)", "--warmup", "0", "--find-rate", condition, "--format",
      format,
    ]
  }

  private func report(_ ending: RunningProgram.Ending) throws -> JSONValue {
    let report = try JSONValue(parsing: ending.output)
    try expectValid(report, "the report of a search")
    return report
  }

  private func windows(_ report: JSONValue) throws -> [JSONValue] {
    guard case .array(let windows) = report["windows"] else { return [] }
    return windows
  }

  @Test func `the rate that holds is confirmed, and below what the server can do`() async throws {
    let server = try SlowServer()
    let ending = try await run(server.address, "p50<50ms", ["--duration", "200ms"])
    #expect(ending.status == 0, "\(ending.errors)")
    let report = try report(ending)
    #expect(report["valid"] == .bool(true))
    let rate = try #require(report["messages_per_second"]?.number)
    let most = Double(Self.connections) * SlowServer.mostPerConnection
    // A rate is kept when 99 % of it comes back, and a message more or less.
    #expect(rate <= 1.02 * most)
    let failed = try #require(report["lowest_failed_per_second"]?.number)
    #expect(rate < failed)
    let windows = try windows(report)
    let closed = try #require(windows.first)
    #expect(closed["kind"] == .string("closed"))
    #expect(try #require(closed["achieved_per_second"]?.number) <= most)
    let last = try #require(windows.last)
    #expect(last["kind"] == .string("confirmation") && last["outcome"] == .string("held"))
    #expect(last["messages_per_second"]?.number == rate)
    #expect(try #require(last["duration_ns"]?.number) >= 600e6)
    #expect(try #require(last["latency_ns"]?["p50"]?.number) < 50e6)
  }

  @Test func `a stall is tried once more before it is believed`() async throws {
    let server = try SlowServer(stallingAt: 200)
    let ending = try await run(server.address, "max<150ms", ["--duration", "200ms"])
    #expect(ending.status == 0, "\(ending.errors)")
    let windows = try windows(try report(ending)).filter { $0["kind"] != .string("closed") }
    let stalled = try #require(windows.firstIndex { $0["outcome"] != .string("held") })
    #expect(stalled + 1 < windows.count)
    #expect(
      windows[stalled]["messages_per_second"] == windows[stalled + 1]["messages_per_second"])
  }

  @Test func `that no rate holds is said, and no failure`() async throws {
    let server = try SlowServer()
    let ending = try await run(
      server.address, "p50<1ms", ["--duration", "50ms"], format: "text")
    #expect(ending.status == 0, "\(ending.errors)")
    #expect(ending.output.contains("\nrate         no rate holds: at the lowest tried, "))
    #expect(ending.output.contains("/s p50 was "))
    #expect(ending.output.contains(" ms, closed loop: "))
  }

  @Test(arguments: [("markdown", 3), ("csv", 2)])
  func `a table has the search in rows`(format: String, fewest: Int) async throws {
    let server = try SlowServer()
    let ending = try await run(
      server.address, "p50<1ms", ["--duration", "50ms"], format: format)
    #expect(ending.status == 0)
    #expect(ending.output.split(separator: "\n").count >= fewest)
    #expect(ending.output.contains(format == "csv" ? "\nclosed,," : "| p50 < 1ms |"))
  }

  @Test func `a server that is wrong exits with 3, without a rate`() async throws {
    let server = try OverlongServer()
    let ending = try await run(server.address, "p50<1s", ["--duration", "100ms"])
    #expect(ending.status == 3)
    let report = try report(ending)
    #expect(report["valid"] == .bool(false) && report["messages_per_second"] == .null)
    #expect(report["invalid_reasons"] != .array([]))
  }

  @Test func `a server that is not there exits with 1, and its JSON is whole`() async throws {
    let address = "127.0.0.1:\(try freePort())"
    let ending = try await run(address, "p50<1s")
    #expect(ending.status == 1)
    let error = try #require(try report(ending)["error"]?.string)
    #expect(error.hasPrefix("connect \(address): Connection refused."))
    #expect(ending.errors.contains(error))
  }

  @Test func `a search that is interrupted tells what it knew`() async throws {
    let server = try SlowServer()
    let arguments = arguments(server.address, "p50<50ms") + ["--duration", "30s"]
    try await RunningProgram.with(arguments) { client in
      try await eventually { client.hasThreads }
      client.signal(SIGINT)
      let ending = try await client.end()
      #expect(ending.status == 130)
      let report = try report(ending)
      #expect(report["partial"] == .bool(true) && report["messages_per_second"] == .null)
    }
  }
}

extension RunningProgram {
  /// Whether it has started a worker beside its first thread: signals are waited for by then.
  fileprivate var hasThreads: Bool {
    let tasks = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/task")
    return (tasks ?? []).count > 1
  }
}
