import Testing

@testable import EchoSuite

struct MedianIntervalTests {
  /// The 95 % rows of the published tables of this interval (count, lower and upper rank, level in
  /// per mille), each recomputed with integer binomial coefficients.
  static let table = [
    (6, 1, 6, 969), (7, 1, 7, 984), (8, 1, 8, 992), (9, 2, 8, 961), (10, 2, 9, 979),
    (11, 2, 10, 988), (12, 3, 10, 961), (13, 3, 11, 978), (14, 3, 12, 987), (15, 4, 12, 965),
    (16, 4, 13, 979), (17, 5, 13, 951), (18, 5, 14, 969), (19, 5, 15, 981), (20, 6, 15, 959),
    (31, 10, 22, 971), (70, 27, 44, 959),
  ]

  @Test(arguments: table)
  func `the ranks are those of the published table`(row: (Int, Int, Int, Int)) {
    let (count, lower, upper, level) = row
    let ranks = MedianRanks(count: count)
    #expect(ranks.lower == lower)
    #expect(ranks.upper == upper)
    #expect((ranks.coverage * 1000).rounded() == Double(level))
  }

  @Test(arguments: [(1, 0), (2, 0.5), (3, 0.75), (4, 0.875), (5, 0.9375)])
  func `up to five values give their extremes and the coverage those have`(
    count: Int, coverage: Double
  ) throws {
    let sample = try #require(Sample((1...count).map(Double.init)))
    let interval = sample.medianInterval()
    #expect(interval == Interval(lower: 1, upper: Double(count), coverage: coverage))
    #expect(!interval.meets())
  }

  @Test(arguments: [0.5, 0.9, 0.95, 0.99])
  func `no narrower pair would do, and the coverage is the binomial sum`(confidence: Double) {
    for count in 1...62 {
      let ranks = MedianRanks(count: count, confidence: confidence)
      let middle = (count + 1) / 2
      let expected = (1...middle).last { binomialCoverage(count, $0) >= confidence } ?? 1
      #expect(ranks.lower == expected, "\(count) values")
      #expect(ranks.upper == count + 1 - expected, "\(count) values")
      #expect(abs(ranks.coverage - binomialCoverage(count, expected)) < 1e-12, "\(count) values")
    }
  }

  /// For large counts the ranks approach n/2 ± 0.98 √n, the normal distribution's.
  @Test func `a count whose powers of two underflow still has an interval`() {
    let ranks = MedianRanks(count: 10_000)
    #expect(abs(Double(ranks.lower) - (5000 - 98)) <= 1)
    #expect((0.95..<0.952).contains(ranks.coverage))
  }

  @Test(arguments: [5, 8, 11])
  func `in a simulation the true median is inside as often as promised`(count: Int) throws {
    var random = SplitMix64(seed: 2015)
    let repetitions = 10_000
    var hits = 0
    for _ in 0..<repetitions {
      let sample = try #require(
        Sample((0..<count).map { _ in Double.random(in: 0..<1, using: &random) }))
      if sample.medianInterval().contains(0.5) { hits += 1 }
    }
    let coverage = MedianRanks(count: count).coverage
    let deviation = (coverage * (1 - coverage) / Double(repetitions)).squareRoot()
    #expect(abs(Double(hits) / Double(repetitions) - coverage) < 4 * deviation)
  }

  @Test func `the ends of an interval belong to it`() {
    let interval = Interval(lower: 0.9, upper: 1.1, coverage: 0.95)
    #expect(interval.contains(0.9) && interval.contains(1) && interval.contains(1.1))
    #expect(!interval.contains(0.89) && !interval.contains(1.11))
  }

  @Test func `the half width is relative to the centre given`() {
    let interval = Interval(lower: 90, upper: 130, coverage: 0.95)
    #expect(interval.width == 40)
    #expect(interval.relativeHalfWidth(around: 100) == 0.2)
    #expect(interval.relativeHalfWidth(around: 0) == nil)
  }

  @Test func `an interval meets a confidence up to its coverage`() {
    let interval = Interval(lower: 1, upper: 2, coverage: 0.9375)
    #expect(interval.meets(0.9375))
    #expect(!interval.meets())
  }
}

/// The coverage of x(rank)...x(count+1-rank), from Pascal's triangle in whole numbers: another way
/// than the tested one, exact up to 62 values.
private func binomialCoverage(_ count: Int, _ rank: Int) -> Double {
  var row = [1]
  for _ in 0..<count {
    row = [1] + zip(row, row.dropFirst()).map(+) + [1]
  }
  let inside = row.indices.filter { rank <= $0 && $0 <= count - rank }.map { row[$0] }.reduce(0, +)
  return Double(inside) / Double(1 << count)
}
