import Testing

@testable import EchoIO

/// When an open loop's rate counts as kept.
struct KeptRateTests {
  private func load(_ arrival: Arrival? = nil, block: Int? = nil) -> Load {
    var load = Load(engine: .event)
    (load.rate, load.arrival, load.block) = (1000, arrival, block)
    return load
  }

  @Test(arguments: [(989.0, true), (988.0, false)])
  func `99 % has to come back, and a message at the edge`(achieved: Double, isKept: Bool) {
    #expect(load().isKept(achieved, of: 1000) == isKept)
  }

  @Test(arguments: [(863.0, true), (862.0, false)])
  func `random arrivals may be fewer by four standard deviations`(achieved: Double, isKept: Bool) {
    // 990 − 1 − 4 × √1000 is 862.5.
    #expect(load(.poisson).isKept(achieved, of: 1000) == isKept)
  }

  @Test func `where blocks arrive, there are fewer of them`() {
    // 990 − 100 × (1 + 4 × √10) is below 0: ten arrivals may well be none.
    #expect(load(.poisson, block: 100).isKept(0, of: 1000))
    #expect(load(block: 100).isKept(890, of: 1000))
    #expect(!load(block: 100).isKept(889, of: 1000))
  }

  @Test func `a median of many windows is nearer`() {
    #expect(!load(.poisson).isKept(900, of: 1000, medianOf: 16))
    #expect(load(.poisson).isKept(958, of: 1000, medianOf: 16))
  }

  @Test func `a number that anybody tells has words`() {
    #expect(grouped(1234.5) == "1,234" || grouped(1234.5) == "1,235")
    #expect(grouped(-1e300) == grouped(Int(-1e18)))
    #expect(grouped(.nan) == "0" && grouped(.infinity) == grouped(Int(1e18)))
  }
}
