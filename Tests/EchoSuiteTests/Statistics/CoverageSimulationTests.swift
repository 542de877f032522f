import Foundation
import Testing

@testable import EchoSuite

/// How often an interval holds what it promises to hold, by simulation with a fixed seed.
struct CoverageSimulationTests {
  /// A noise, and its trimmed mean over the whole population: what an interval has to hold.
  enum Noise: Sendable {
    case normal, skewed, disturbed

    /// By quadrature of x·f(x) between the quantiles 0.2 and 0.8, divided by 0.6.
    var centre: Double {
      switch self {
      case .normal: 0
      case .skewed: -1.748468
      case .disturbed: -0.007508
      }
    }

    func draw(_ random: inout Sampler) -> Double {
      switch self {
      case .normal: random.normal()
      // A left tail.
      case .skewed: -random.gamma2()
      // One trial in 20 at a third of the speed, the others with a standard deviation of 0.1.
      case .disturbed: 0.1 * random.normal() - (random.uniform() < 0.05 ? log(3) : 0)
      }
    }
  }

  /// 20 rows moderated together, each with a fixed number of rounds; the samples of fewer rounds
  /// are the beginnings of those of more.
  @Test(arguments: [
    (Noise.normal, [0.961, 0.959, 0.953, 0.950]), (.skewed, [0.967, 0.963, 0.953, 0.950]),
    (.disturbed, [0.986, 0.973, 0.955, 0.950]),
  ])
  func `at a fixed number of rounds an interval covers what it says`(
    noise: Noise, expected: [Double]
  ) {
    let counts = [8, 12, 27, 60]
    var random = Sampler(seed: 7)
    let suites = 400
    var hits = [0, 0, 0, 0]
    for _ in 0..<suites {
      var samples = Array(repeating: GrowingSample(), count: 20)
      var drawn = 0
      for (look, count) in counts.enumerated() {
        for row in samples.indices {
          for _ in drawn..<count { samples[row].insert(noise.draw(&random)) }
        }
        drawn = count
        hits[look] += Estimates(samples).holding(noise.centre)
      }
    }
    for (look, expected) in expected.enumerated() {
      let coverage = Double(hits[look]) / Double(20 * suites)
      #expect(abs(coverage - expected) < 0.005, "\(noise), \(counts[look]) rounds: \(coverage)")
    }
  }

  /// Rows that run until they seem precise enough stop early where their own variance came out
  /// small by luck. Moderated, they hardly do.
  @Test(arguments: [
    (0.05, true, 0.942, 36.0), (0.10, true, 0.953, 10.0), (0.05, false, 0.912, 34.0),
    (0.10, false, 0.928, 12.0),
  ])
  func `moderated variances do not stop where luck is`(
    target: Double, moderated: Bool, coverage: Double, rounds: Double
  ) {
    var random = Sampler(seed: 8)
    let suites = 250
    var hits = 0
    var total = 0
    for _ in 0..<suites {
      var samples = Array(repeating: GrowingSample(), count: 20)
      for row in samples.indices {
        for _ in 0..<8 { samples[row].insert(0.14 * random.normal()) }
      }
      var estimates = Estimates(samples, moderated: moderated)
      while true {
        let open = samples.indices.filter {
          samples[$0].sorted.count < 60 && sinh(estimates.halfWidths[$0]) > target
        }
        if open.isEmpty { break }
        for row in open { samples[row].insert(0.14 * random.normal()) }
        estimates.update(samples, open)
      }
      hits += estimates.holding(0)
      total += samples.reduce(0) { $0 + $1.sorted.count }
    }
    #expect(abs(Double(hits) / Double(20 * suites) - coverage) < 0.01)
    #expect(abs(Double(total) / Double(20 * suites) - rounds) < 1)
  }

  /// What the first release would have done with adaptive rounds.
  @Test(arguments: [(0.05, 0.923, 43.0), (0.10, 0.941, 15.0)])
  func `intervals of medians need more rounds`(target: Double, coverage: Double, rounds: Double) {
    var random = Sampler(seed: 88)
    let ranks = (0...60).map { MedianRanks(count: max(1, $0)) }
    let repetitions = 5000
    var hits = 0
    var total = 0
    for _ in 0..<repetitions {
      var sample = GrowingSample()
      while true {
        sample.insert(exp(0.14 * random.normal()))
        let count = sample.sorted.count
        if count < 6 { continue }
        let lower = sample.sorted[ranks[count].lower - 1]
        let upper = sample.sorted[ranks[count].upper - 1]
        let median = (sample.sorted[(count - 1) / 2] + sample.sorted[count / 2]) / 2
        if (upper - lower) / 2 / median > target && count < 60 { continue }
        total += count
        if lower <= 1 && 1 <= upper { hits += 1 }
        break
      }
    }
    #expect(abs(Double(hits) / Double(repetitions) - coverage) < 0.01)
    #expect(abs(Double(total) / Double(repetitions) - rounds) < 1)
  }
}

/// The estimates of a suite whose samples are kept sorted, with quantiles from a table: what
/// `LogEstimate.suite` does, for simulations that do it a hundred thousand times.
private struct Estimates {
  private static let quantiles = (1...60).map {
    StudentT(degrees: Double($0)).quantile(confidence: 0.95)
  }

  private var means: [TrimmedMean]
  private let moderated: Bool
  private(set) var halfWidths: [Double] = []

  init(_ samples: [GrowingSample], moderated: Bool = true) {
    self.moderated = moderated
    means = samples.compactMap { TrimmedMean(sorted: $0.sorted) }
    widths()
  }

  mutating func update(_ samples: [GrowingSample], _ rows: [Int]) {
    for row in rows { means[row] = TrimmedMean(sorted: samples[row].sorted) ?? means[row] }
    widths()
  }

  private mutating func widths() {
    let own = means.map(\.variance)
    let variances = moderated ? Variance.moderated(own) : own
    halfWidths = zip(means, variances).map { mean, variance in
      guard let variance else { return .infinity }
      return Self.quantiles[variance.degrees - 1]
        * (variance.value / Double(mean.count)).squareRoot()
    }
  }

  func holding(_ centre: Double) -> Int {
    means.indices.count { (means[$0].centre - centre).magnitude <= halfWidths[$0] }
  }
}
