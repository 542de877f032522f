import Foundation
import Testing

@testable import EchoSuite

/// Ratios of two runs, and the drift between them.
struct RunRatioTests {
  private static func change(_ server: Int, _ logRatio: Double, noise: Double = 1e-4) -> RunChange {
    RunChange(
      server: server, logRatio: logRatio, noise: ErrorVariance(noise, degrees: 20))
  }

  /// Welch's test of two means with variances 4 ÷ 10 and 9 ÷ 15, on 9 and 14 degrees: 1 ÷
  /// (0.16 ÷ 9 + 0.36 ÷ 14) = 22.99.
  @Test func `variances add up to Welch's degrees of freedom`() {
    let sum = ErrorVariance(0.4, degrees: 9) + ErrorVariance(0.6, degrees: 14)
    #expect(abs(sum.value - 1) < 1e-12)
    #expect(abs(sum.degrees - 22.99) < 0.01)
    #expect(abs(sum.halfWidth() - 2.0687) < 0.001)
    #expect(sum.scaled(by: 0.5).value == 0.25)
    #expect(abs(sum.scaled(by: 0.5).degrees - 22.99) < 0.01)
  }

  @Test func `a variance that is known has the normal distribution`() {
    #expect(abs(ErrorVariance(known: 1).halfWidth() - 1.95997) < 1e-4)
  }

  @Test func `a row's change is the ratio of the two estimates with both their noises`() throws {
    let estimates = LogEstimate.suite([
      [-0.1, 0, 0.1, 0.05, -0.05, 0.02, -0.02, 0], [0.3, 0.1, 0.2, 0.25, 0.15, 0.2, 0.22, 0.18],
    ])
    let change = try #require(RunChange(server: 0, base: estimates[0], new: estimates[1]))
    #expect(abs(change.logRatio - 0.2) < 1e-9)
    let expected = try estimates.map { try #require($0.variance).value / 8 }.reduce(0, +)
    #expect(abs(change.noise.value - expected) < 1e-12)
    let stalled = LogEstimate.suite([[-0.1, -.infinity, -.infinity, -.infinity]])[0]
    #expect(RunChange(server: 0, base: estimates[0], new: stalled) == nil)
  }

  @Test func `a shift is measured by eight rows of others, and else nothing is`() {
    let seven = (0..<7).map { Self.change(1, 0.05 + 0.01 * Double($0 - 3)) }
    #expect(Drift.among(seven) == .usual)
    #expect(abs(Drift.usual.error.value.squareRoot() - 0.108) < 0.001)
    let drift = Drift.among(seven + [Self.change(2, 0.05)])
    #expect(drift.rows == 8 && drift.servers == 0 && abs(drift.shift - 0.05) < 1e-9)
    // A row's own part as is usual, and that of two servers in the shift: 0.04 · √1.5.
    #expect(abs(drift.error.value.squareRoot() - 0.0491) < 0.0002)
    // More, where they scatter by more.
    let wide = Drift.among((0..<8).map { Self.change($0 % 2, 0.2 * Double($0 % 4) - 0.3) })
    #expect(wide.error.value > 4 * drift.error.value)
  }

  @Test func `a row's own part is measured by eight other servers`() {
    func drift(_ servers: Int) -> Drift {
      .among((0..<24).map { Self.change($0 % servers, 0.002 * Double($0 % 5 - 2)) })
    }
    #expect(drift(7).servers == 0 && drift(8).servers == 8)
    #expect(drift(8).error.value < drift(7).error.value / 10)
  }

  @Test func `a server is judged by what the others did`() {
    // Nine servers lost 8 %; the tenth stayed as it was.
    let others = (0..<18).map { Self.change($0 % 9, -0.08 + 0.002 * Double($0 % 5 - 2)) }
    let ratios = Drift.ratios(of: others + (0..<2).map { _ in Self.change(9, 0) })
    for ratio in ratios.suffix(2) {
      #expect(abs(ratio.logarithm - 0.08) < 0.002)
      #expect(ratio.verdict(better: .higher) == .better)
      #expect(ratio.verdict(better: .lower) == .worse)
    }
  }

  @Test func `the more the others scatter, the wider is an interval`() {
    func width(_ scatter: Double) -> Double {
      let others = (0..<12).map { Self.change(1 + $0, scatter * (Double($0) - 5.5) / 3.6) }
      return RunRatio(Self.change(0, 0), .among(others)).interval().width
    }
    #expect(width(0) < 0.06)
    #expect(width(0.03) > 0.12 && width(0.03) < 0.22)
    #expect(width(0.06) > 1.8 * width(0.03))
    // With nobody to measure it by, two runs differ by up to a tenth.
    let alone = RunRatio(Self.change(0, 0), .usual).interval()
    #expect(abs(alone.upper - 1.236) < 0.01)
  }

  @Test func `what all rows do together cannot be told from the machine's doing`() throws {
    let all = (0..<18).map { Self.change($0 % 3, log(0.85)) }
    #expect(Drift.ratios(of: all).allSatisfy { abs($0.value - 1) < 1e-9 })
    let together = try #require(Drift.together(all))
    #expect(abs(together.value - 0.85) < 1e-9)
    #expect(together.verdict(better: .higher) == .undecided)
    let halved = try #require(Drift.together((0..<18).map { Self.change($0 % 3, log(0.5)) }))
    #expect(halved.isWorse(beyond: 0.05, better: .higher, confidence: 0.999))
  }

  @Test func `only a whole interval beyond the threshold counts`() {
    func ratio(_ value: Double) -> RunRatio {
      let drift = Drift(shift: 0, error: ErrorVariance(known: 0), rows: 12, servers: 12)
      return RunRatio(
        RunChange(server: 0, logRatio: log(value), noise: ErrorVariance(known: 1e-4)), drift)
    }
    // At 99.9 % ± 3.3 %.
    for (value, better) in [(0.90, Verdict.Better.higher), (1.11, .lower)] {
      #expect(ratio(value).isWorse(beyond: 0.05, better: better, confidence: 0.999))
      #expect(!ratio(value).isWorse(beyond: 0.10, better: better, confidence: 0.999))
      #expect(!ratio(1 / value).isWorse(beyond: 0.05, better: better, confidence: 0.999))
    }
    #expect(!ratio(0.93).isWorse(beyond: 0.05, better: .higher, confidence: 0.999))
    #expect(ratio(0.93).verdict(better: .higher) == .worse)
  }

  @Test func `what just reaches the threshold is not beyond it, which is as far either way`() {
    func isWorse(_ lower: Double, _ upper: Double, _ better: Verdict.Better) -> Bool {
      Interval(lower: lower, upper: upper, coverage: 0.999).isWorse(beyond: 0.25, better: better)
    }
    #expect(!isWorse(1.25, 1.5, .lower) && isWorse(1.26, 1.5, .lower))
    #expect(!isWorse(0.5, 0.8, .higher) && isWorse(0.5, 0.79, .higher))
  }

  @Test func `many comparisons ask for more confidence`() {
    #expect(WrongVerdicts.confidence(ofAll: 44) == 0.999)
    #expect(abs(WrongVerdicts.confidence(ofAll: 500) - 0.9999) < 1e-12)
  }
}

/// By simulation with a fixed seed: runs of 20 rows whose rounds vary by 0.12, as short windows do, 20
/// of them in each run.
struct RunRatioSimulationTests {
  /// How far the machine moves between two runs: all rows together, and each server by itself.
  @Test(arguments: [
    (10, 0.09, 0.03), (10, 0.09, 0), (10, 0, 0.04), (10, 0.02, 0.01), (4, 0.09, 0.03),
    (4, 0.09, 0),
  ])
  func `an interval holds the truth as often as it says`(
    servers: Int, together: Double, apart: Double
  ) {
    var random = Sampler(seed: 11)
    var (inside, different, beyond, rows) = (0, 0, 0, 0)
    for _ in 0..<150 {
      for ratio in Self.ratios(servers, together: together, apart: apart, &random) {
        rows += 1
        if ratio.interval().contains(1) { inside += 1 }
        if !ratio.interval(confidence: 0.999).contains(1) { different += 1 }
        if ratio.isWorse(beyond: 0.05, better: .higher, confidence: 0.999) { beyond += 1 }
      }
    }
    let coverage = Double(inside) / Double(rows)
    #expect(coverage > 0.94, "\(coverage)")
    #expect(Double(different) / Double(rows) < 0.003, "\(different) of \(rows)")
    #expect(beyond == 0)
    // Where the drift is measured an interval is no wider than it needs to be.
    if servers == 10 && apart > 0.02 { #expect(coverage < 0.985, "\(coverage)") }
  }

  /// A change of one server shows in its own rows.
  @Test func `a changed server does not hide behind its own rows`() {
    var random = Sampler(seed: 12)
    var (mean, rows) = (0.0, 0.0)
    for _ in 0..<100 {
      let ratios = Self.ratios(4, together: 0.09, apart: 0.02, changed: log(0.8), &random)
      for ratio in ratios.prefix(5) {
        mean += ratio.logarithm
        rows += 1
      }
      for ratio in ratios.dropFirst(5) {
        #expect(!ratio.isWorse(beyond: 0.05, better: .higher, confidence: 0.999))
      }
    }
    #expect(abs(mean / rows - log(0.8)) < 0.01)
  }

  /// Of 20 rows, as many of each server; those of the first changed by `changed`.
  private static func ratios(
    _ servers: Int, together: Double, apart: Double, changed: Double = 0,
    _ random: inout Sampler
  ) -> [RunRatio] {
    let shift = together * random.normal()
    let own = (0..<servers).map { ($0 == 0 ? changed : 0) + apart * random.normal() }
    func run(_ levels: [Double]) -> [LogEstimate] {
      LogEstimate.suite(
        levels.map { level in (0..<20).map { _ in level + 0.12 * random.normal() } })
    }
    let base = run(Array(repeating: 0, count: 20))
    let new = run((0..<20).map { shift + own[$0 * servers / 20] })
    return Drift.ratios(
      of: (0..<20).compactMap {
        RunChange(server: $0 * servers / 20, base: base[$0], new: new[$0])
      })
  }
}
