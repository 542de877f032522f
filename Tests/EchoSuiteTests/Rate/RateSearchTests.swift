import EchoIO
import Testing

@testable import EchoSuite

struct RateSearchTests {
  /// What a search came to, and what it tried.
  private struct Outcome {
    var search: RateSearch
    var steps: [RateSearch.Step] = []
  }

  /// Lets `holds` say of each window, by its number and its step, what comes of it.
  private func search(
    from closed: Double = 100_000, within range: ClosedRange<Int> = 100...100_000_000,
    _ holds: (Int, RateSearch.Step) -> Bool
  ) -> Outcome {
    var outcome = Outcome(search: RateSearch(from: closed, within: range))
    while let step = outcome.search.next, outcome.steps.count < 100 {
      outcome.search.note(isHeld: holds(outcome.steps.count, step))
      outcome.steps.append(step)
      // What holds is below what does not.
      if let lower = outcome.search.lower, let failed = outcome.search.failed {
        #expect(lower < failed)
      }
    }
    #expect(outcome.steps.count < 100)
    return outcome
  }

  @Test(arguments: [150, 999, 20_000, 70_000, 99_000, 240_000, 5_000_000])
  func `a server that holds up to a limit has it found to within 5 %`(limit: Int) throws {
    let outcome = search { $1.rate <= limit }
    let confirmed = try #require(outcome.search.confirmed)
    let failed = try #require(outcome.search.failed)
    #expect(confirmed <= limit && limit < failed)
    #expect(Double(failed) <= 1.05 * Double(confirmed) || failed == confirmed + 1)
    #expect(outcome.steps.last == RateSearch.Step(rate: confirmed, isConfirmation: true))
    #expect(outcome.steps.filter(\.isConfirmation).count == 1)
  }

  @Test(arguments: [(1, 2), (10, 11), (19, 20)])
  func `a few per second are found to within one`(limit: Int, failed: Int) {
    let outcome = search(from: 60, within: 1...1000) { $1.rate <= limit }
    #expect(outcome.search.confirmed == limit && outcome.search.failed == failed)
  }

  @Test func `a few windows do for a limit near what a closed loop reaches`() {
    #expect(search { $1.rate <= 80_000 }.steps.count <= 12)
  }

  @Test func `where nothing holds, the lowest rate is the last that is tried, twice`() {
    let outcome = search { _, _ in false }
    #expect(outcome.search.confirmed == nil && outcome.search.lower == nil)
    #expect(outcome.search.failed == 100)
    #expect(outcome.steps.suffix(2).map(\.rate) == [100, 100])
    #expect(outcome.steps.first?.rate == 50_000)
  }

  @Test func `where everything holds, the highest rate is confirmed`() {
    let outcome = search(within: 100...1_000_000) { _, _ in true }
    #expect(outcome.search.confirmed == 1_000_000)
    #expect(outcome.search.failed == nil)
  }

  @Test func `a closed loop slower than the lowest rate begins there`() {
    #expect(search(from: 3, within: 100...1000) { _, _ in false }.steps.map(\.rate) == [100, 100])
    #expect(RateSearch(from: .infinity, within: 100...1000).next?.rate == 100)
  }

  @Test func `a single stall in any window changes nothing`() {
    let undisturbed = search { $1.rate <= 80_000 }
    for stalled in undisturbed.steps.indices {
      let disturbed = search { $0 != stalled && $1.rate <= 80_000 }
      #expect(disturbed.search.confirmed == undisturbed.search.confirmed, "window \(stalled)")
      #expect(disturbed.search.failed == undisturbed.search.failed, "window \(stalled)")
    }
  }

  @Test func `a rate that a longer window does not hold gives way to lower ones`() throws {
    let outcome = search { $1.rate <= ($1.isConfirmation ? 60_000 : 80_000) }
    let confirmed = try #require(outcome.search.confirmed)
    let failed = try #require(outcome.search.failed)
    #expect(confirmed <= 60_000 && confirmed > 45_000)
    #expect(failed > 60_000 && failed <= 80_000)
    // Each is tried twice, and lower than the one before.
    let tried = outcome.steps.filter(\.isConfirmation).map(\.rate)
    #expect(tried == tried.sorted(by: >))
  }

  @Test func `a rate that is as good as one that was rejected is not tried again`() {
    // Short windows hold up to 80,000, long ones far below.
    let tried = search { $1.rate <= ($1.isConfirmation ? 30_000 : 80_000) }.steps
      .filter(\.isConfirmation).map(\.rate)
    let distinct = tried.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
    for (one, next) in zip(distinct, distinct.dropFirst()) {
      #expect(Double(next) <= Double(one) / 1.04, "\(tried)")
    }
  }

  @Test func `a rate that is confirmed in vain is followed by one twice as far below`() {
    let tried = search { !$1.isConfirmation && $1.rate <= 80_000 }.steps.filter(\.isConfirmation)
    let distinct = tried.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element.rate)
    let factors = zip(distinct, distinct.dropFirst()).map { Double($0) / Double($1) }
    for (factor, expected) in zip(factors, [1.05, 1.1025, 1.2155]) {
      #expect(abs(factor - expected) < 0.0005, "\(distinct)")
    }
  }

  @Test func `confirmations are bounded in number, and without one nothing is confirmed`() {
    let outcome = search { !$1.isConfirmation && $1.rate <= 80_000 }
    #expect(outcome.search.confirmed == nil)
    #expect(outcome.steps.filter(\.isConfirmation).count == 2 * RateSearch.mostRejected)
  }

  /// Between 70,000 and 90,000 a window holds the less often the higher its rate, and anywhere one in
  /// twenty does not.
  @Test func `a server that is noisy near its limit has it found near there`() {
    var found: [Int] = []
    for seed in 0..<400 {
      var state = UInt64(seed)
      let outcome = search { _, step in
        let drawn = Double(splitMix64(&state) >> 11) / Double(1 << 53)
        let chance = (90_000 - Double(step.rate)) / 20_000
        return drawn < min(0.95, max(0, chance))
      }
      found.append(outcome.search.confirmed ?? 0)
    }
    // That a rate that is fine fails twice comes once in 400 windows.
    #expect(found.count { (66_000...90_000).contains($0) } >= 360)
    #expect(found.allSatisfy { $0 <= 90_000 })
  }
}
