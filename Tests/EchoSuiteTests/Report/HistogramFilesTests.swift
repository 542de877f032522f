import Foundation
import Testing

@testable import EchoIO
@testable import EchoSuite

struct HistogramFilesTests {
  /// Levels and counts as HdrHistogram's `PercentileIterator` goes through them; the values are the
  /// highest of their buckets.
  @Test func `a percentile distribution has the lines of HdrHistogram`() throws {
    let histogram = try histogram([1, 1, 5, 1000, 1000, 1000, 1_000_000, 123_456_789])
    #expect(
      "\(PercentileDistribution(histogram))" == """
               Value     Percentile TotalCount 1/(1-Percentile)

               0.001 0.000000000000          2           1.00
               0.001 0.100000000000          2           1.11
               0.001 0.200000000000          2           1.25
               0.005 0.300000000000          3           1.43
               1.000 0.400000000000          6           1.67
               1.000 0.500000000000          6           2.00
               1.000 0.550000000000          6           2.22
               1.000 0.600000000000          6           2.50
               1.000 0.650000000000          6           2.86
               1.000 0.700000000000          6           3.33
               1.000 0.750000000000          6           4.00
            1000.447 0.775000000000          7           4.44
            1000.447 0.800000000000          7           5.00
            1000.447 0.825000000000          7           5.71
            1000.447 0.850000000000          7           6.67
            1000.447 0.875000000000          7           8.00
          123469.823 0.887500000000          8           8.89
          123469.823 1.000000000000          8
        #[Mean    =    15555.032, StdDeviation   =    40776.885]
        #[Max     =   123469.823, Total count    =            8]
        #[Buckets =           32, SubBuckets     =         2048]
        #[Values are in microseconds: outputValueUnitScalingRatio = 1000]

        """)
  }

  @Test func `a distribution of nothing has no line`() {
    #expect(
      "\(PercentileDistribution(LatencyHistogram()))" == """
               Value     Percentile TotalCount 1/(1-Percentile)

        #[Mean    =        0.000, StdDeviation   =        0.000]
        #[Max     =        0.000, Total count    =            0]
        #[Buckets =           32, SubBuckets     =         2048]
        #[Values are in microseconds: outputValueUnitScalingRatio = 1000]

        """)
  }

  @Test func `one value is at every percentile`() throws {
    let steps = try histogram([42]).percentileSteps()
    #expect(
      steps == [
        PercentileStep(value: 42, percentile: 0, count: 1),
        PercentileStep(value: 42, percentile: 100, count: 1),
      ])
  }

  @Test func `however many there are, a distribution is short and rises`() throws {
    let counts: [UInt64] = [1 << 61, 1 << 40, 1 << 20, 1]
    let steps = try LatencyHistogram(.threeDigits, counts: counts).percentileSteps()
    #expect(steps.count < 400)
    #expect(steps.last == PercentileStep(value: 3, percentile: 100, count: counts.reduce(0, +)))
    for (step, next) in zip(steps, steps.dropFirst()) {
      #expect(step.percentile < next.percentile && step.value <= next.value)
      #expect(step.count <= next.count)
    }
  }

  @Test func `an interval log has a line for each interval, tagged`() throws {
    var log = IntervalLog(start: 1_700_000_000_123_456_789)
    let histogram = try histogram([1000, 2_345_678])
    log.append(
      tag: "service_time", start: 0, duration: 1_000_000_000, max: histogram.max,
      histogram: histogram.encodedV2)
    log.append(
      tag: "service_time", start: 1_000_000_000, duration: 250_400_000, max: 0,
      histogram: LatencyHistogram().encodedV2)
    #expect(
      "\(log)" == """
        #[Histogram log format version 1.3]
        #[StartTime: 1700000000.123 (seconds since epoch), 2023-11-14T22:13:20Z]
        "StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"
        Tag=service_time,0.000,1.000,2.346,\(histogram.encodedV2)
        Tag=service_time,1.000,0.250,0.000,\(LatencyHistogram().encodedV2)

        """)
  }

  @Test func `a file's place is seen before there is anything to write`() async throws {
    try await FileTree.with(["old": "of yesterday", "folder/file": ""]) { tree in
      for name in ["new", "old"] { try checkReplaceable(tree.root + name, remedy: "") }
      try checkReplaceable("/dev/null", remedy: "")
      #expect(try String(contentsOfFile: tree.root + "old", encoding: .utf8) == "of yesterday")
      let names = try FileManager.default.contentsOfDirectory(atPath: tree.root)
      #expect(Set(names) == ["old", "folder"])
      for (path, errno) in [
        ("none/file", ENOENT), ("folder", EISDIR), ("old/file", ENOTDIR),
      ] {
        let error = #expect(throws: SystemError.self) {
          try checkReplaceable(tree.root + path, remedy: "Choose another.")
        }
        #expect(error?.errno == errno)
        #expect(error?.description.hasPrefix("write \(tree.root)\(path): ") == true)
        #expect(error?.description.hasSuffix(". Choose another.") == true)
      }
    }
  }

  private func histogram(_ values: [UInt64]) throws -> LatencyHistogram {
    var histogram = LatencyHistogram()
    for value in values {
      let index = HistogramLayout.threeDigits.index(of: value)
      let one = try LatencyHistogram(
        .threeDigits, counts: Array(repeating: 0, count: index) + [1])
      try histogram.add(one.with(min: value, max: value, sum: value))
    }
    return histogram
  }
}
