import Testing

@testable import EchoSuite

struct SplitMix64Tests {
  /// The first outputs of Vigna's `splitmix64.c` for this seed.
  @Test func `the sequence is that of the reference implementation`() {
    var random = SplitMix64(seed: 1_234_567)
    let first = (0..<5).map { _ in random.next() }
    #expect(
      first == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ])
  }

  /// A changed order means that plans of old seeds can't be repeated.
  @Test func `the order that a seed gives is fixed`() {
    var random = SplitMix64(seed: 42)
    #expect(random.shuffled(Array(0..<10)) == [8, 3, 6, 5, 4, 0, 9, 2, 1, 7])
  }

  @Test func `a shuffle keeps every element`() {
    var random = SplitMix64(seed: 7)
    #expect(random.shuffled(Array(0..<100)).sorted() == Array(0..<100))
    #expect(random.shuffled([Int]()) == [])
    #expect(random.shuffled([1]) == [1])
  }

  @Test func `every order is equally likely`() {
    var random = SplitMix64(seed: 1)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<12_000 { counts[random.shuffled([1, 2, 3]), default: 0] += 1 }
    #expect(counts.count == 6)
    // 2000 each are expected; 4 standard deviations of the binomial are 163.
    for (order, count) in counts { #expect(abs(count - 2000) < 163, "\(order)") }
  }

  @Test func `numbers stay below their bound`() {
    var random = SplitMix64(seed: 3)
    #expect((0..<100).allSatisfy { _ in random.next(below: 1) == 0 })
    #expect((0..<1000).allSatisfy { _ in random.next(below: 3) < 3 })
    let bound = UInt64.max / 2 + 2
    #expect((0..<1000).allSatisfy { _ in random.next(below: bound) < bound })
  }
}
