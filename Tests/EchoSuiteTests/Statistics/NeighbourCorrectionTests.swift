import Testing

@testable import EchoSuite

struct NeighbourCorrectionTests {
  private let rows = [0, 1, 1, 0, 0, 1]
  private let seconds = [0, 0.3, 0.6, 0.9, 1.2, 1.5]
  private let logs = [0.10, 0.08, 0, -0.02, -0.10, -0.06]
  private let expected = [0.013697, 0.014672, -0.003462, -0.006829, -0.017796, -0.031248]

  @Test func `what other rows lost at the moment is a trial's correction`() {
    let first = NeighbourCorrection.corrections(
      rows: rows, seconds: seconds, logs: logs, iterations: 1)
    for (value, wanted) in zip(
      first, [0.019745, 0.01691, -0.001197, -0.000599, -0.011638, -0.02905])
    {
      #expect(abs(value - wanted) < 6e-7)
    }
    let last = NeighbourCorrection.corrections(rows: rows, seconds: seconds, logs: logs)
    for (value, wanted) in zip(last, expected) { #expect(abs(value - wanted) < 6e-7) }
  }

  @Test func `a row's own level does not matter`() {
    let moved = zip(logs, rows).map { $0 + [7.5, -3][$1] }
    let corrections = NeighbourCorrection.corrections(rows: rows, seconds: seconds, logs: moved)
    for (value, wanted) in zip(corrections, expected) { #expect(abs(value - wanted) < 6e-7) }
  }

  @Test func `when it began, and how rows are numbered, does not matter`() {
    let corrections = NeighbourCorrection.corrections(
      rows: rows.map { 100 - 90 * $0 }, seconds: seconds.map { $0 + 1000 }, logs: logs)
    for (value, wanted) in zip(corrections, expected) { #expect(abs(value - wanted) < 6e-7) }
  }

  @Test func `the order of trials in the log does not matter`() {
    let order = [4, 0, 5, 2, 1, 3]
    let corrections = NeighbourCorrection.corrections(
      rows: order.map { rows[$0] }, seconds: order.map { seconds[$0] },
      logs: order.map { logs[$0] })
    let sorted = NeighbourCorrection.corrections(rows: rows, seconds: seconds, logs: logs)
    #expect(corrections == order.map { sorted[$0] })
  }

  @Test func `a row by itself has no correction`() {
    #expect(
      NeighbourCorrection.corrections(rows: [3, 3, 3], seconds: [0, 1, 2], logs: [1, 2, 4])
        == [0, 0, 0])
    #expect(NeighbourCorrection.corrections(rows: [], seconds: [], logs: []) == [])
  }

  @Test func `trials beyond the reach are no neighbours`() {
    // One trial of row 1 at the end; row 0 has a residual only in its first trial.
    func correction(between count: Int) -> Double {
      let rows = Array(repeating: 0, count: count + 1) + [1]
      let logs = [1.0] + Array(repeating: 0, count: count + 1)
      let all = NeighbourCorrection.corrections(
        rows: rows, seconds: rows.map { _ in 0 }, logs: logs, iterations: 1)
      return all[count + 1]
    }
    // Within reach the residuals of all neighbours add up to nothing.
    #expect(abs(correction(between: 13)) < 1e-15)
    #expect(correction(between: 14) < -0.05)
  }

  /// A drift of −10 % over 40 rounds, half of the rows stop after 8: uncorrected they seem 4 %
  /// faster than the others.
  @Test(arguments: [(18, 60, 0.005), (144, 6, 0.008)])
  func `rows that stop early do not keep the speed of the first minutes`(
    rows: Int, repetitions: Int, allowed: Double
  ) {
    var random = Sampler(seed: 6)
    var uncorrected = 0.0
    var corrected = 0.0
    for _ in 0..<repetitions {
      let bias = Self.bias(rows: rows, random: &random)
      uncorrected += bias.uncorrected / Double(repetitions)
      corrected += bias.corrected / Double(repetitions)
    }
    #expect(abs(uncorrected - 0.040) < 0.004)
    #expect(abs(corrected) < allowed)
  }

  /// How much higher the mean of the rows that stopped early is; the rows are equal.
  private static func bias(rows: Int, random: inout Sampler) -> (
    uncorrected: Double, corrected: Double
  ) {
    var order = Array(0..<rows)
    random.shuffle(&order)
    let late = Array(order.prefix(rows / 2))
    let early = Set(order.dropFirst(rows / 2))
    var trials: [Int] = []
    for round in 0..<40 {
      var order = round < 8 ? Array(0..<rows) : late
      random.shuffle(&order)
      trials += order
    }
    // A short trial takes 0.2 s, with its processes.
    let seconds = trials.indices.map { 0.2 * Double($0) }
    let last = Double(trials.count - 1)
    let logs = trials.indices.map { -0.1 * Double($0) / last + 0.05 * random.normal() }
    let corrections = NeighbourCorrection.corrections(rows: trials, seconds: seconds, logs: logs)
    func difference(_ values: [Double]) -> Double {
      var samples = Array(repeating: [Double](), count: rows)
      for (trial, value) in values.enumerated() { samples[trials[trial]].append(value) }
      let centres = samples.map { TrimmedMean($0)?.centre ?? .nan }
      let sum = centres.indices.reduce(0) { $0 + (early.contains($1) ? 1 : -1) * centres[$1] }
      return sum / Double(rows / 2)
    }
    let corrected = difference(logs.indices.map { logs[$0] - corrections[$0] })
    return (difference(logs), corrected)
  }

  @Test func `ten thousand trials are corrected`() {
    var random = Sampler(seed: 10_000)
    let rows = (0..<10_000).map { $0 % 144 }
    let seconds = rows.indices.map { 0.37 * Double($0) }
    let logs = rows.map { _ in random.normal() }
    let corrections = NeighbourCorrection.corrections(rows: rows, seconds: seconds, logs: logs)
    // All near trials count, of both sides: the mean of what they weigh is well below one each.
    #expect(corrections.allSatisfy { $0.isFinite })
    #expect(corrections.contains { $0.magnitude > 0.5 })
    #expect(abs(corrections.reduce(0, +)) / 10_000 < 0.02)
  }
}
