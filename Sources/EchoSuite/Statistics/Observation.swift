internal import Foundation

/// What one trial says of one metric.
struct Observation: Equatable, Sendable {
  /// Which row of the suite, by any number that is its own.
  let row: Int
  /// When, in seconds since anything that is the same for all: the middle of the window.
  let seconds: Double
  /// In the metric's unit, at least 0.
  let value: Double

  /// Nil for what is no reading: a value below 0 or not finite, or no time. A stalled window is
  /// one, 0/s; a cost of 0 ns is a clock that was read too late, and for the caller to leave out.
  init?(row: Int, seconds: Double, value: Double) {
    guard seconds.isFinite, value.isFinite, value >= 0 else { return nil }
    self.row = row
    self.seconds = seconds
    self.value = value
  }
}

extension LogEstimate {
  /// One figure of every row of a suite, by the row's index; none for a row without values.
  static func all(of series: [Series]) -> [Int: LogEstimate] {
    rows(
      of: series.enumerated().flatMap { row, series in
        series.points.compactMap { Observation(row: row, seconds: $0.time, value: $0.value) }
      })
  }

  /// An estimate per row of one metric, from all its trials in any order: corrected for the moment
  /// (``NeighbourCorrection``), trimmed, moderated over all rows.
  ///
  /// Zeros take no part in the correction, neither as a neighbour nor themselves.
  static func rows(of observations: [Observation]) -> [Int: LogEstimate] {
    let served = observations.filter { $0.value > 0 }
    let logs = served.map { log($0.value) }
    let corrections = NeighbourCorrection.corrections(
      rows: served.map(\.row), seconds: served.map(\.seconds), logs: logs)
    var samples: [Int: [Double]] = [:]
    for (trial, observation) in served.enumerated() {
      samples[observation.row, default: []].append(logs[trial] - corrections[trial])
    }
    for stalled in observations where stalled.value == 0 {
      samples[stalled.row, default: []].append(-.infinity)
    }
    // In a fixed order, so that sums over the suite have the same last digit in every run.
    let rows = samples.keys.sorted()
    let estimates = suite(rows.map { samples[$0, default: []] })
    return Dictionary(uniqueKeysWithValues: zip(rows, estimates))
  }
}
