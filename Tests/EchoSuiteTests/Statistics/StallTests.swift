import Foundation
import Testing

@testable import EchoSuite

/// What becomes of windows in which nothing came back: their logarithm is −∞.
struct StallTests {
  @Test func `a few stalled windows are the lowest values of their row`() throws {
    let served = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
    let stalled = LogEstimate.suite([served + [-.infinity, -.infinity]])[0]
    let slow = LogEstimate.suite([served + [-5, -6]])[0]
    #expect(stalled.count == 10)
    #expect(stalled.zeros == 2)
    #expect(stalled.figure == slow.figure)
    #expect(stalled.interval() == slow.interval())
  }

  @Test func `more of them than a fifth leave no figure, and the row stays`() throws {
    let stalled = LogEstimate.suite([
      [1, 1, 1, 1, 1, 1, 1, -.infinity, -.infinity, -.infinity], [1, 2, 3, 4],
    ])[0]
    #expect(stalled.count == 10)
    #expect(stalled.zeros == 3)
    #expect(stalled.figure == nil)
    #expect(stalled.interval() == nil)
    #expect(stalled.precision() == nil)
  }

  @Test func `a row that stalls has no part in the variance of the others`() {
    let steady = [1.0, 1.1, 1.2, 1.3, 1.4]
    let stalled = Array(repeating: -Double.infinity, count: 5)
    let with = LogEstimate.suite([steady, stalled])[0]
    #expect(with == LogEstimate.suite([steady])[0])
  }

  @Test func `a row that never served is 0`() {
    let nothing = LogEstimate.suite([Array(repeating: -Double.infinity, count: 8)])[0]
    #expect(nothing.figure == 0)
    #expect(nothing.interval() == nil)
    // All of the middle is zero; the one window that served is left out as the highest.
    let hardly = LogEstimate.suite([[1] + Array(repeating: -Double.infinity, count: 7)])[0]
    #expect(hardly.figure == 0)
  }

  /// 300 ms of every second nothing is served; windows of 150 ms begin anywhere in that second.
  @Test func `a server that freezes is measured where it freezes too`() throws {
    var random = Sampler(seed: 13)
    var observations: [Observation] = []
    var empty = 0
    for trial in 0..<120 {
      let row = trial % 2
      var value = 10_000 * exp(0.1 * random.normal())
      if row == 1 {
        // The window is [begin, begin + 0.15), served from 0.3 to 1.
        let begin = random.uniform()
        value *= (max(0, min(begin, 1) + 0.15 - max(begin, 0.3)) - max(0, begin + 0.15 - 1)) / 0.15
        if value <= 1e-6 { value = 0 }
        if value == 0 { empty += 1 }
      }
      observations.append(
        try #require(Observation(row: row, seconds: 0.25 * Double(trial), value: value)))
    }
    let rows = LogEstimate.rows(of: observations)
    let frozen = try #require(rows[1])
    #expect(empty > 0)
    #expect(frozen.count == 60)
    #expect(frozen.zeros == empty)
    // 15 % of its windows are empty: as long as they are no more than a fifth there is a figure,
    // and it is below that of the server that serves all the time.
    #expect(empty <= 12)
    let figures = try (#require(frozen.figure), #require(rows[0]?.figure))
    #expect(figures.0 < 0.98 * figures.1)
    // The other row does not stall with it.
    #expect(try #require(rows[0]).zeros == 0)
  }

  @Test func `a zero takes no part in the correction of its neighbours`() throws {
    let logs = [0.10, 0.08, 0, -0.02, -0.10, -0.06]
    let served = try observations(logs, rows: [0, 1, 1, 0, 0, 1])
    let stall = try #require(Observation(row: 2, seconds: 0.7, value: 0))
    let with = LogEstimate.rows(of: served + [stall])
    #expect(with[0] == LogEstimate.rows(of: served)[0])
    #expect(with[2]?.zeros == 1)
    #expect(with[2]?.figure == 0)
  }

  @Test func `a stall of one side is the farthest ratio on its side`() {
    let base = Dictionary(uniqueKeysWithValues: (1...10).map { ($0, 100.0) })
    var new = base.mapValues { 2 * $0 }
    new[4] = 0
    let pairs = RoundPairs(new: new, base: base)
    #expect(pairs.pairs.count == 10)
    #expect(pairs.pairs[3].logRatio == -.infinity)
    let ratio = LogEstimate.ratios(of: [pairs])[0]
    #expect(ratio.zeros == 1)
    #expect(abs((ratio.figure ?? 0) - 2) < 1e-12)
    let swapped = RoundPairs(new: base, base: new)
    #expect(swapped.pairs[3].logRatio == .infinity)
    #expect(LogEstimate.ratios(of: [swapped])[0].infinities == 1)
  }

  @Test func `a round in which both stalled is counted, and no pair`() {
    let pairs = RoundPairs(new: [1: 0, 2: 3], base: [1: 0, 2: 1])
    #expect(pairs.pairs.map(\.round) == [2])
    #expect(pairs.bothZero == 1)
  }

  @Test func `nothing is decided on a comparison that stalls too often`() {
    let base = Dictionary(uniqueKeysWithValues: (1...20).map { ($0, 100.0) })
    var new = base.mapValues { 2 * $0 + Double(Int($0) % 3) }
    for round in 1...8 { new[round] = 0 }
    let decision = Looks().decisions(on: [RoundPairs(new: new, base: base)], better: .higher)[0]
    #expect(decision.verdict == .undecided)
    #expect(decision.pairs == 20)
    #expect(decision.ratio.zeros == 8)
  }
}
