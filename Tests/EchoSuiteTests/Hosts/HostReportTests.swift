import Foundation
import Testing

@testable import EchoIO
@testable import EchoSuite

/// What a host says that its client reported is taken only where it is the report of that client.
struct HostReportTests {
  private static let seed: UInt64 = 42
  private static let shard = Shard(1, of: 2)
  private static let host = Host(name: "h1", launch: ["ssh", "h1"])

  /// What the client of the first of two hosts was told to drive, and an honest report of that.
  private static func reader() throws -> HostReport {
    let scenario = Scenario(
      server: Server(name: "epoll", kind: .backend(name: "epoll")),
      load: Load(engine: .event, workers: 1))
    let part = ClientProcess(
      scenario: scenario,
      timing: Plan.Timing(duration: .seconds(1), warmup: .seconds(1), timeout: .seconds(1)),
      seed: seed, program: try .running(), stop: try StopSignal())
    return HostReport(
      part: part, shard: shard, address: .internet(host: "10.77.0.11", port: 25000), host: host)
  }

  private static func report(
    _ adjust: (inout ClientReport) -> Void = { _ in }
  ) throws -> ClientReport {
    let id = try ClientID(parsing: host.name)
    return try MergeReports.report(host.name, 1) { report in
      report.workload.seed = Workload.seed(seed, of: id)
      adjust(&report)
    }
  }

  private static func read(
    _ report: ClientReport, _ end: ProcessEnd = .exited(0)
  ) throws -> ClientReport {
    let output = String(decoding: try JSONEncoder().encode(report), as: UTF8.self)
    return try reader().read(output, end, "")
  }

  private static func refusal(
    _ end: ProcessEnd = .exited(0), _ adjust: (inout ClientReport) -> Void = { _ in }
  ) throws -> String {
    let report = try report(adjust)
    return try #require(throws: ProcessFailure.self) { try read(report, end) }.reason
  }

  @Test func `the report of the client that was told so is taken as it is`() throws {
    let report = try Self.report()
    #expect(try Self.read(report) == report)
  }

  @Test func `a report of another load, server, client or part is refused, with the host's name`()
    throws
  {
    let isNot = "host h1 has no report of its client: it "
    #expect(
      try Self.refusal { $0.workload.load.connections = 7 }
        == isNot + "drove another load than it was told")
    #expect(
      try Self.refusal { $0.target.address = "10.77.0.12:25000" } == isNot + "drove another server")
    #expect(try Self.refusal { $0.fleet?.id = "h2" } == isNot + "is another client's")
    #expect(
      try Self.refusal { $0.fleet?.shard = Shard(2, of: 2) } == isNot + "is another client's")
    #expect(try Self.refusal { $0.fleet = nil } == isNot + "is another client's")
    #expect(try Self.refusal { $0.workload.seed += 1 }.contains("its messages had another seed"))
  }

  @Test func `what did not end as a measurement does is none`() throws {
    #expect(
      try Self.refusal(.exited(3)).contains("it is valid, and its client ended with status 3"))
    #expect(try Self.refusal(.exited(130)).contains("it was interrupted"))
    #expect(try Self.refusal { $0.partial = true }.contains("it was interrupted"))
    #expect(try Self.refusal(.signaled(9)).hasPrefix("host h1 lost its client"))
    #expect(
      try Self.refusal { $0.throughput.messagesPerSecond = -1 }.contains("messages_per_second"))
  }

  @Test func `what is no report is told with what the client said`() throws {
    let reader = try Self.reader()
    let error = try #require(throws: ProcessFailure.self) {
      try reader.read("", .exited(1), "echobench: no memory\n")
    }
    #expect(error.reason.contains("it is none; it said: "))
    #expect(error.reason.contains("no memory"))
  }

  @Test func `an invalid report is taken with its reasons, made legible`() throws {
    var report = try Self.report {
      $0.valid = false
      $0.invalidReasons = ["lost\u{1B}[31m"]
    }
    let read = try Self.read(report, .exited(3))
    report.invalidReasons = [legible("lost\u{1B}[31m")]
    #expect(read == report)
    #expect(!read.invalidReasons[0].contains("\u{1B}"))
  }

  @Test func `moments of a host's clock are told by this one`() throws {
    var report = try Self.report {
      $0.fleet?.startAt = MergeReports.start
      $0.fleet?.ready = MergeReports.start - 5
    }
    let load = try #require(report.fleet?.load)
    report.shift(HostClock(offset: 1000, error: 1))
    #expect(report.window.startUnix == MergeReports.start - 1000)
    #expect(report.fleet?.startAt == MergeReports.start - 1000)
    #expect(report.fleet?.ready == MergeReports.start - 1005)
    #expect(report.fleet?.load == .init(start: load.start - 1000, end: load.end - 1000))
  }
}
