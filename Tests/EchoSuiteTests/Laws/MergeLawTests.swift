import EchoIO
import Foundation
import Laws
import Testing

@testable import EchoSuite

/// What is merged is what all clients together have seen, whatever is given first.
struct MergeLawTests {
  @Test func `reports in any order come to the same, to the byte`() throws {
    try forAll(40) { draw in
      let reports = try draw.reports()
      return (reports, draw.shuffled(reports))
    } holds: { reports, shuffled in
      try holdEqual(
        try JSONEncoder.sorted.encode(MergeReports.merged(shuffled)),
        try JSONEncoder.sorted.encode(MergeReports.merged(reports)))
    }
  }

  /// A merge is not merged again: its clients would be there without their rules. What it adds up is what
  /// would come of adding up in any groups.
  @Test func `counters and histograms are those of any grouping`() throws {
    try forAll(40) { draw in
      let reports = try draw.reports()
      return (reports, split: draw.int(1...reports.count - 1))
    } holds: { reports, split in
      let all = try MergeReports.merged(reports)
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
}

extension ClientReport.Latency {
  /// The one that was recorded, read from its text.
  func histogram() throws -> LatencyHistogram {
    guard let hdrV2, let min, let max, let mean else { return LatencyHistogram() }
    return try LatencyHistogram(decoding: hdrV2, min: min, max: max, mean: mean)
  }
}

extension Draw {
  /// Of two to six clients.
  fileprivate mutating func reports() throws -> [ClientReport] {
    let count = int(2...6)
    return try (1...count).map { shard in
      try MergeReports.report(
        "h\(shard)", shard, of: count, late: UInt64(int(0...100_000_000)),
        latencies: list(20...300) { UInt64($0.magnitude(1_000_000_000)) })
    }
  }
}
