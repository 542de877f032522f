import Testing

@testable import EchoSuite

struct PairedRatioTests {
  @Test func `ratios are taken within a round`() throws {
    // The machine is ten times slower in round 2: the scenarios differ, their ratio doesn't.
    let pair = try #require(
      PairedRatio(new: [1: 120, 2: 12, 3: 240], base: [1: 100, 2: 10, 3: 200]))
    #expect(pair.ratios.sorted == [1.2, 1.2, 1.2])
    #expect(pair.median == 1.2)
    #expect(pair.interval == Interval(lower: 1.2, upper: 1.2, coverage: 0.75))
  }

  @Test func `a round that one of the two lacks is dropped`() throws {
    let pair = try #require(
      PairedRatio(new: [1: 4, 2: 6, 3: 8], base: [2: 3, 3: 2, 4: 1]))
    #expect(pair.ratios.sorted == [2, 4])
    #expect(pair.rounds == 2)
  }

  @Test func `a round with a zero has no ratio`() throws {
    let pair = try #require(PairedRatio(new: [1: 1, 2: 0, 3: 3], base: [1: 0, 2: 1, 3: 1]))
    #expect(pair.ratios.sorted == [3])
  }

  @Test func `scenarios without a common round have no ratio`() {
    #expect(PairedRatio(new: [1: 1], base: [2: 1]) == nil)
    #expect(PairedRatio(new: [:], base: [:]) == nil)
  }
}

struct ComparisonTests {
  @Test func `an interval that contains 1 is a tie`() throws {
    #expect(try comparison([0.98, 1.1, 1.2, 1.3, 1.4]).verdict == .tie)
  }

  @Test func `an interval that ends at 1 is a tie`() throws {
    #expect(try comparison([1, 1.1, 1.2, 1.3, 1.4]).verdict == .tie)
  }

  @Test func `an interval beyond 1 is a difference`() throws {
    #expect(try comparison([1.01, 1.1, 1.2, 1.3, 1.4]).verdict == .higher)
    #expect(try comparison([0.6, 0.7, 0.8, 0.9, 0.99]).verdict == .lower)
  }

  @Test func `with eleven rounds one round on the other side does not make a tie`() throws {
    #expect(try comparison([0.5] + Array(repeating: 1.2, count: 10)).verdict == .higher)
  }

  @Test(arguments: 1...4)
  func `fewer than five rounds decide nothing`(rounds: Int) throws {
    #expect(try comparison(Array(repeating: 2, count: rounds)).verdict == .undecided)
    #expect(try comparison(Array(repeating: 1, count: rounds)).verdict == .undecided)
  }

  @Test func `a difference within the noise floor is a tie`() throws {
    let floor = try noiseFloor([0.97, 0.99, 1, 1.01, 1.05])
    #expect(try comparison([1.03, 1.04, 1.04, 1.06, 1.07], floor).verdict == .tie)
    #expect(try comparison([0.95, 0.96, 0.96, 0.97, 0.98], floor).verdict == .tie)
  }

  @Test func `a difference beyond the noise floor stands`() throws {
    let floor = try noiseFloor([0.97, 0.99, 1, 1.01, 1.05])
    #expect(try comparison([1.03, 1.04, 1.06, 1.07, 1.08], floor).verdict == .higher)
    #expect(try comparison([0.92, 0.93, 0.94, 0.95, 0.97], floor).verdict == .lower)
  }

  private func comparison(_ ratios: [Double], _ floor: NoiseFloor? = nil) throws -> Comparison {
    Comparison(try pairedRatio(ratios), noiseFloor: floor)
  }
}

struct NoiseFloorTests {
  @Test func `the noise floor is the farther end of the interval`() throws {
    let floor = try noiseFloor([0.98, 0.99, 1, 1.02, 1.25])
    #expect(floor.deviation == 0.25)
    #expect(floor.coverage == 0.9375)
  }

  @Test func `swapping the two names keeps the noise floor`() throws {
    let ratios = [0.5, 0.8, 1, 1.25, 1.6]
    #expect(try noiseFloor(ratios).deviation == 1)
    #expect(try noiseFloor(ratios.map { 1 / $0 }).deviation == 1)
  }

  @Test func `half and double are equally far from the same`() throws {
    let floor = try noiseFloor([1, 1, 1, 1, 2])
    #expect(floor.covers(2) && floor.covers(0.5))
    #expect(!floor.covers(2.01) && !floor.covers(0.49))
  }

  @Test func `one disturbed round of eleven does not raise the noise floor`() throws {
    #expect(try noiseFloor([9] + Array(repeating: 1, count: 10)).deviation == 0)
  }
}

/// A pair with these ratios, one a round.
private func pairedRatio(_ ratios: [Double]) throws -> PairedRatio {
  let new = Dictionary(uniqueKeysWithValues: zip(1..., ratios))
  return try #require(PairedRatio(new: new, base: new.mapValues { _ in 1 }))
}

private func noiseFloor(_ ratios: [Double]) throws -> NoiseFloor {
  NoiseFloor(try pairedRatio(ratios))
}
