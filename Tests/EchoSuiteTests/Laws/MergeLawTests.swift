import Foundation
import Laws
import Testing

@testable import EchoIO
@testable import EchoSuite

/// What is merged is what all clients together have seen, whatever is given first.
struct MergeLawTests {
  @Test func `reports and readings in any order come to the same, to the byte`() throws {
    var number = 0
    try forAll(24) { draw in
      let inputs =
        try MergeReports.inputs(try draw.clientReports())
        + draw.readings().map {
          MergeInput(source: "observed", data: try JSONEncoder().encode($0))
        }
      return (inputs, draw.shuffled(inputs))
    } holds: { inputs, shuffled in
      let one = try Merge(inputs, expecting: nil)
      let other = try Merge(shuffled, expecting: nil)
      // Each in its turn, beside the one that has everything.
      let formats = MergeFormat.allCases
      number += 1
      for format in [MergeFormat.json, formats[number % formats.count]] {
        try holdEqual(try format.render(other), try format.render(one), format.fileName)
      }
    }
  }

  @Test func `counters and histograms are the sums of any grouping`() throws {
    try forAll(24) { draw in
      let reports = try draw.clientReports(sharded: false, wrong: 0)
      return (reports, split: draw.int(1...reports.count - 1))
    } holds: { reports, split in
      let all = try Self.together(reports)
      var sums: [(counts: UInt64, bytes: UInt64, histogram: LatencyHistogram)] = []
      for group in [reports[..<split], reports[split...]] {
        var histogram = LatencyHistogram()
        for report in group { try histogram.add(try report.latency.histogram()) }
        sums.append(
          (
            group.reduce(0) { $0 + $1.counts.completed },
            group.reduce(0) { $0 + $1.counts.bytesReceived }, histogram
          ))
      }
      try sums[0].histogram.add(sums[1].histogram)
      try holdEqual(all.counts.completed, sums[0].counts + sums[1].counts, "completed")
      try holdEqual(all.counts.bytesReceived, sums[0].bytes + sums[1].bytes, "received")
      try holdEqual(all.latency.hdrV2, sums[0].histogram.encodedV2, "the histogram")
      try holdEqual(all.latency.max, sums[0].histogram.max, "the maximum")
    }
  }

  /// A trial on several hosts has a report of all clients: the same as if those of some had been made into
  /// one before.
  @Test func `the report of all is that of any grouping and order, member by member`() throws {
    try forAll(24) { draw in
      let reports = try draw.clientReports(sharded: false)
      return (reports, draw.grouped(reports))
    } holds: { reports, grouped in
      var expected = try Self.together(reports)
      var found = try grouped.merged()
      // Each as its group is called, and the groups by their names.
      expected.invalidReasons = Self.words(expected)
      found.invalidReasons = Self.words(found)
      // Rates are added up in another order.
      let sums: [(WritableKeyPath<ClientReport, Double?>, String)] = [
        (\.throughput.messagesPerSecond, "messages/s"), (\.throughput.bytesPerSecond, "bytes/s"),
        (\.connections.fairness, "fairness"),
      ]
      for (figure, name) in sums {
        try holdNear(found[keyPath: figure], expected[keyPath: figure], name)
        found[keyPath: figure] = expected[keyPath: figure]
      }
      if let schedule = expected.schedule {
        try holdNear(found.schedule?.offered, schedule.offered, "offered")
        try holdNear(found.schedule?.achieved, schedule.achieved, "achieved")
        found.schedule?.offered = schedule.offered
        found.schedule?.achieved = schedule.achieved
      }
      try holdEqual(found.ofAll, expected.ofAll, "the report")
    }
  }

  private static func words(_ report: ClientReport) -> [String] {
    report.invalidReasons.map { String($0.split(separator: ": ").last ?? "") }.sorted()
  }

  /// Of clients that measured the same server at the same time.
  fileprivate static func together(_ reports: [ClientReport]) throws -> ClientReport {
    let merge = try Merge(of: reports.map { ($0.fleet?.id ?? "", $0) }, expecting: nil)
    var load = reports[0].workload.load
    load.connections = reports.reduce(0) { $0 + $1.workload.load.connections }
    load.workers = reports.reduce(0) { $0 + $1.workload.load.workers }
    load.rate = load.rate.map { _ in
      reports.reduce(0) { $0 + ($1.workload.load.rate ?? 0) }
    }
    let seed = reports.map(\.workload.seed).min() ?? 0
    return try ClientReport(
      merging: reports, MergeReport(merge), load: load, seed: seed, usage: nil)
  }
}

/// Reports, and which of them are made into one before others.
private indirect enum Grouped {
  case one(ClientReport)
  case several([Grouped])

  func merged() throws -> ClientReport {
    switch self {
    case .one(let report): return report
    case .several(let groups):
      let reports = try groups.map { try $0.merged() }
      var all = try MergeLawTests.together(reports)
      all.fleet = reports[0].fleet
      // From when on all of them were at work, until the first was not.
      let loads = reports.filter(\.valid).compactMap(\.fleet?.load)
      if let start = loads.map(\.start).max(), let end = loads.map(\.end).min() {
        all.fleet?.load = .init(start: start, end: end)
      }
      return all
    }
  }
}

extension Draw {
  fileprivate mutating func grouped(_ reports: [ClientReport]) -> Grouped {
    guard reports.count > 1 else { return .one(reports[0]) }
    var groups = Array(repeating: [ClientReport](), count: int(2...reports.count))
    for (index, report) in shuffled(reports).enumerated() {
      groups[index < groups.count ? index : int(0...groups.count - 1)].append(report)
    }
    return .several(groups.map { grouped($0) })
  }
}

extension ClientReport {
  /// Without what is the first client's own, and, where it is no measurement, without when it was.
  fileprivate var ofAll: ClientReport {
    var report = self
    (report.fleet, report.sockets) = (nil, nil)
    (report.window.warmup, report.window.cooldown) = (0, nil)
    if !valid { report.window.startUnix = 0 }
    return report
  }
}

extension ClientReport.Latency {
  /// The one that was recorded, read from its text.
  func histogram() throws -> LatencyHistogram {
    guard let hdrV2, let min, let max, let mean else { return LatencyHistogram() }
    return try LatencyHistogram(decoding: hdrV2, min: min, max: max, mean: mean)
  }
}
