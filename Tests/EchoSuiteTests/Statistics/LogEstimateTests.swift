import Foundation
import Testing

@testable import EchoSuite

struct LogEstimateTests {
  @Test func `a figure, its interval and its precision`() throws {
    // The mean of the moderated example: nine other rows with a variance of 0.02.
    let variances = Variance.moderated(
      [Variance(value: 0.011223333333333334, degrees: 5)]
        + Array(repeating: Variance(value: 0.02, degrees: 5), count: 9))
    let variance = try #require(variances[0])
    #expect(abs(variance.value - 0.016084) < 5e-7)
    #expect(variance.degrees == 13)
    let estimate = LogEstimate(
      count: 8, zeros: 0, infinities: 0, centre: -0.02 / 3, variance: variance)
    #expect(abs(try #require(estimate.halfWidth()) - 0.09687) < 5e-6)
    #expect(abs(try #require(estimate.precision()) - 0.09702) < 5e-6)
    let figure = try #require(estimate.figure)
    let interval = try #require(estimate.interval())
    #expect(abs(figure - exp(-0.00667)) < 5e-6)
    #expect(interval.coverage == 0.95)
    #expect(abs(interval.upper / figure - exp(0.09687)) < 1e-5)
    #expect(abs(figure / interval.lower - exp(0.09687)) < 1e-5)
    // Half the width of the interval, relative to the figure, is sinh of the half width.
    #expect(abs(interval.width / 2 / figure - (try #require(estimate.precision()))) < 1e-12)
  }

  @Test func `more confidence has a wider interval`() throws {
    let estimate = LogEstimate.suite([[1, 2, 3, 4, 5, 6, 7, 8]])[0]
    let usual = try #require(estimate.interval())
    let sure = try #require(estimate.interval(confidence: 0.999))
    #expect(sure.lower < usual.lower && usual.upper < sure.upper)
    #expect(sure.coverage == 0.999)
  }

  /// Another implementation's figures for the trials of the worked neighbour correction.
  @Test func `rows are corrected, trimmed and moderated`() throws {
    let logs = [0.10, 0.08, 0, -0.02, -0.10, -0.06]
    let estimates = LogEstimate.rows(of: try observations(logs, rows: [0, 1, 1, 0, 0, 1]))
    let expected = [
      (0.9969804535568417, 0.8610821234819, 1.1543266288645686),
      (1.0134357852872995, 0.9148715232352027, 1.122618930436249),
    ]
    #expect(estimates.keys.sorted() == [0, 1])
    for (row, (figure, lower, upper)) in expected.enumerated() {
      let estimate = try #require(estimates[row])
      let interval = try #require(estimate.interval())
      #expect(abs(try #require(estimate.figure) - figure) < 1e-12)
      #expect(abs(interval.lower - lower) < 1e-12)
      #expect(abs(interval.upper - upper) < 1e-12)
      #expect(estimate.count == 3)
    }
  }

  @Test func `another unit gives the same precision`() throws {
    var random = Sampler(seed: 12)
    let rows = (0..<60).map { $0 % 5 }
    let logs = rows.map { _ in 0.1 * random.normal() }
    let one = LogEstimate.rows(of: try observations(logs, rows: rows))
    let thousand = LogEstimate.rows(of: try observations(logs.map { $0 + log(1000) }, rows: rows))
    for row in 0..<5 {
      let (small, large) = try (#require(one[row]), #require(thousand[row]))
      let figures = try (#require(small.figure), #require(large.figure))
      #expect(abs(figures.1 / figures.0 - 1000) < 1e-9)
      let precisions = try (#require(small.precision()), #require(large.precision()))
      #expect(abs(precisions.0 - precisions.1) < 1e-12)
    }
  }

  @Test func `the order of trials does not matter`() throws {
    var random = Sampler(seed: 13)
    let rows = (0..<60).map { $0 % 5 }
    let observations = try observations(rows.map { _ in 0.1 * random.normal() }, rows: rows)
    var order = Array(observations.indices)
    random.shuffle(&order)
    let shuffled = LogEstimate.rows(of: order.map { observations[$0] })
    for (row, estimate) in LogEstimate.rows(of: observations) {
      let figures = try (#require(estimate.figure), #require(shuffled[row]?.figure))
      #expect(abs(figures.0 / figures.1 - 1) < 1e-12)
    }
  }

  @Test func `a single round has a figure, and an interval if others say how values vary`() throws {
    let alone = LogEstimate.suite([[2.0]])[0]
    #expect(alone.figure == exp(2))
    #expect(alone.interval() == nil)
    #expect(alone.precision() == nil)
    let amid = LogEstimate.suite([[2.0], [1, 1.1, 1.2]])[0]
    #expect(amid.variance?.degrees == 1)
    #expect(amid.interval() != nil)
  }

  @Test func `without values nothing is estimated`() {
    #expect(LogEstimate.rows(of: []).isEmpty)
    let nothing = LogEstimate.suite([[]])[0]
    #expect(nothing.figure == nil)
    #expect(nothing.interval() == nil)
  }

  @Test func `a value below 0 or not finite is no reading`() {
    for value in [-1, .nan, .infinity] {
      #expect(Observation(row: 0, seconds: 0, value: value) == nil)
    }
    #expect(Observation(row: 0, seconds: .nan, value: 1) == nil)
    #expect(Observation(row: 0, seconds: 0, value: 0) != nil)
  }
}

/// A trial every 0.3 s.
func observations(_ logs: [Double], rows: [Int]) throws -> [Observation] {
  try logs.indices.map { trial in
    let value = exp(logs[trial])
    return try #require(Observation(row: rows[trial], seconds: 0.3 * Double(trial), value: value))
  }
}
