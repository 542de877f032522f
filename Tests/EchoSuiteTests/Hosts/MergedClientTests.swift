import Foundation
import Testing

@testable import EchoIO
@testable import EchoSuite

/// The measurement of a trial that several clients have made together.
struct MergedClientTests {
  private static let latency = Array(repeating: UInt64(50_000), count: 600)

  /// Of a client that had one connection of its own.
  private static func report(
    _ shard: Int, messages: UInt64, _ adjust: (inout ClientReport) -> Void = { _ in }
  ) throws -> ClientReport {
    try MergeReports.report("h\(shard)", shard, latencies: latency) {
      $0.counts.unfinished = messages / 100
      $0.counts.oldestUnfinished = messages
      $0.lifetime = .init(bytesSent: messages, bytesReceived: messages + 1, bytesDrained: 1)
      $0.lifetime.mostBackPerByteSent = 1 + 1 / Double(messages)
      $0.cpu = CPUTime(userNanoseconds: messages, systemNanoseconds: 2 * messages)
      $0.connections.slowestMessages = messages
      $0.connections.fastestMessages = 2 * messages
      $0.connections.unserved = []
      $0.machine = MachineUsage(busy: 1, idle: 2, stolen: 0)
      adjust(&$0)
    }
  }

  private static func merged(
    _ reports: [ClientReport], usage: ServerWindow.Usage? = nil
  ) throws -> ClientReport {
    let named = reports.enumerated().map { ("h\($0.offset)", $0.element) }
    let merge = try Merge(of: named, expecting: reports.count)
    let load = Load(engine: .event, workers: 2, connections: 2)
    return try ClientReport(merging: reports, MergeReport(merge), load: load, seed: 9, usage: usage)
  }

  /// What a server's host read, of a server that used so much time.
  private static func usage(cpu: UInt64) throws -> ServerWindow.Usage {
    let reading = try #require(try ServerReading(of: getpid()))
    var server = ProcessUsage.zero
    server.cpuNanoseconds = cpu
    return ServerWindow.Usage(server: server, covered: MergeReports.second, tcp: reading.tcp)
  }

  @Test func `counts of all clients are added up`() throws {
    let one = try Self.merged([
      try Self.report(1, messages: 1000), try Self.report(2, messages: 3000),
    ])
    #expect(one.valid && one.workload.seed == 9 && one.workload.load.connections == 2)
    #expect(one.counts.completed == 1200)
    #expect(one.counts.unfinished == 40 && one.counts.oldestUnfinished == 3000)
    #expect(one.lifetime.bytesSent == 4000 && one.lifetime.bytesReceived == 4002)
    #expect(one.lifetime.bytesDrained == 2)
    #expect(one.lifetime.mostBackPerByteSent == 1.001)
    #expect(one.cpu == CPUTime(userNanoseconds: 4000, systemNanoseconds: 8000))
    #expect(one.connections.served == 2 && one.connections.total == 2)
    #expect(one.connections.slowestMessages == 1000)
    #expect(one.connections.fastestMessages == 6000)
  }

  @Test func `what is of one machine, or one client, is unknown of all`() throws {
    let one = try Self.merged([
      try Self.report(1, messages: 1000), try Self.report(2, messages: 3000),
    ])
    #expect(one.machine == nil && one.client == nil && one.fleet == nil)
    #expect(one.connections.unserved == nil && one.intervals == nil)
  }

  @Test func `the rates of an open loop are added up, and the one farthest behind is told`() throws
  {
    func open(_ shard: Int, _ rate: Int) throws -> ClientReport {
      try Self.report(shard, messages: 1000) {
        $0.workload.load.rate = rate
        $0.schedule = .init(
          offered: Double(rate), achieved: Double(rate) - 1,
          Backlog(messages: shard, behind: UInt64(rate)),
          sendLag: .init(LatencyHistogram(), .sendLag))
      }
    }
    let schedule = try #require(try Self.merged([try open(1, 500), try open(2, 100)]).schedule)
    #expect(schedule.offered == 600 && schedule.achieved == 598)
    #expect(schedule.unsent == 3 && schedule.behind == 500)
  }

  @Test func `what is no measurement has no schedule, whichever client found that`() throws {
    func client(_ shard: Int, _ isRight: Bool) throws -> ClientReport {
      try Self.report(shard, messages: 1000) {
        $0.workload.load.rate = 500
        guard isRight else {
          $0.valid = false
          $0.invalidReasons = ["a byte is another"]
          return
        }
        $0.connections.made = 3
        $0.schedule = .init(
          offered: 500, achieved: 500, .none, sendLag: .init(LatencyHistogram(), .sendLag))
      }
    }
    for first in [true, false] {
      let one = try Self.merged([try client(1, first), try client(2, !first)])
      #expect(!one.valid && one.schedule == nil && one.connections.made == nil)
    }
  }

  @Test func `what is known of the server comes from its own host`() throws {
    let reports = [try Self.report(1, messages: 1000), try Self.report(2, messages: 3000)]
    let known = try Self.merged(reports, usage: try Self.usage(cpu: 5))
    #expect(known.server?.cpuNanoseconds == 5 && known.serverUnknown == nil)
    #expect(known.window.usage == MergeReports.second)
    let idle = try Self.merged(reports, usage: try Self.usage(cpu: 0))
    #expect(idle.server == nil)
    #expect(
      idle.serverUnknown == "the server used no CPU time while 1200 messages were answered")
  }

  @Test func `few messages may be answered in no time that is counted`() throws {
    var reports = [try Self.report(1, messages: 1000)]
    reports[0].fleet?.shard = Shard(1, of: 1)
    let one = try Self.merged(reports, usage: try Self.usage(cpu: 0))
    #expect(one.server?.cpuNanoseconds == 0 && one.serverUnknown == nil)
  }
}
