import Foundation
import Testing

@testable import EchoIO
@testable import EchoSuite

/// What a report says that somebody else has written.
struct ReportProblemTests {
  @Test(arguments: [-1e300, -1, 1e16, .infinity, .nan])
  func `a rate that cannot be is none`(rate: Double) {
    var report = ClientReport.simulated(.simulated)
    report.throughput.messagesPerSecond = rate
    #expect(report.problem?.hasPrefix("'throughput.messages_per_second' must be 0 to ") == true)
  }

  @Test func `a report of this program has no problem`() {
    var report = ClientReport.simulated(.simulated)
    #expect(report.problem == nil)
    report.throughput.messagesPerSecond = nil
    #expect(report.problem == nil)
  }

  /// Whatever is added up, or made another type of number.
  @Test func `every figure of a report that cannot be is told by its name`() throws {
    let data = try JSONEncoder().encode(try Self.full())
    let tree = try JSONDecoder().decode(JSONTree.self, from: data)
    let places = tree.numbers(at: []).filter { Self.isFigure($0.map(\.stringValue)) }
    #expect(places.count > 90)
    for place in places {
      let name = place.filter { $0.intValue == nil }.map(\.stringValue).joined(separator: ".")
      // The most that an integer of either kind can have; one of them cannot be read.
      let problems = [Decimal(UInt64.max), Decimal(Int64.max)].compactMap { number in
        var changed = tree
        changed.replace(place[...], with: .number(number))
        let report = try? JSONDecoder().decode(
          ClientReport.self, from: JSONEncoder().encode(changed))
        return report.map { $0.problem ?? "none" }
      }
      #expect(problems.first?.hasPrefix("'\(name)' must be ") == true, "\(name): \(problems)")
    }
  }

  /// The load has rules of its own; a clock's error and the kernel's socket buffers are only shown.
  private static func isFigure(_ place: [String]) -> Bool {
    !["workload", "sockets"].contains(place[0])
      && !(place[0] == "fleet" && ["shard", "clock"].contains(place[1]))
  }

  /// A report that has every member.
  private static func full() throws -> ClientReport {
    try MergeReports.report("h1", 1) { report in
      let latency = report.latency
      report.window.usage = 1
      report.window.messagesPerWorker = 1
      (report.counts.unfinished, report.counts.oldestUnfinished) = (1, 1)
      report.lifetime = .init(
        bytesSent: 1, bytesReceived: 1, bytesDrained: 1, mostBackPerByteSent: 1)
      report.throughput.messagesPerSecond = 1
      report.throughput.bytesPerSecond = 1
      (report.service, report.blocks, report.connects) = (latency, latency, latency)
      report.schedule = .init(
        offered: 1, achieved: 1, Backlog(messages: 1, behind: 1), sendLag: latency)
      report.sizes = [.init(from: 1, to: 2, completed: 1, latency: latency)]
      report.intervals = [
        .init(
          start: 0, duration: 1, completed: 1, messagesPerSecond: 1, errors: 0, latency: latency,
          service: latency, connects: latency)
      ]
      report.connections.unserved = [1]
      report.connections.slowest = 1
      report.connections.fairness = 1
      report.connections.made = 1
      (report.client, report.server) = (.zero, .zero)
      report.machine = MachineUsage(busy: 1, idle: 1, stolen: 1)
      report.serverMemory = .init(before: 1, with: 1)
      report.retransmits = 1
      report.fleet?.startAt = 1
      report.fleet?.ready = 1
    }
  }
}

extension JSONTree {
  fileprivate func numbers(at place: [Key]) -> [[Key]] {
    switch self {
    case .number: [place]
    case .list(let values):
      values.enumerated().flatMap { $1.numbers(at: place + [Key(intValue: $0)]) }
    case .object(let members):
      members.sorted { $0.key < $1.key }
        .flatMap { $1.numbers(at: place + [Key(stringValue: $0)]) }
    default: []
    }
  }
}
