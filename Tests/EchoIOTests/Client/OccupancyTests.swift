import Testing

@testable import EchoIO

/// Little's law over what the client has counted.
struct OccupancyTests {
  /// Two slots over 1000 ns: one block of 300 ns is in flight since 100 before, then 50 ns of the
  /// client's, then one that is unfinished; of the other slot a block comes back as the window begins,
  /// and nothing is sent any more.
  @Test func `times in flight and between make up the window`() throws {
    var recorders = try Recorders()
    defer { recorders.deallocate() }
    recorders.latency.record(from: 900, to: 1200)
    recorders.turnaround &-= 1200
    recorders.turnaround &+= 1250
    recorders.latency.record(from: 700, to: 1000)
    recorders.turnaround &-= 1000
    let occupancy = Occupancy(
      2, from: 1000, .init(count: 2, starts: 900 + 700), to: 2000,
      .init(count: 1, starts: 1250), recorders, isBlocks: false)
    #expect(occupancy.expected == 2000)
    #expect(occupancy.found == 2000)
    #expect(occupancy.turnaround == 50 + 1000)
  }

  @Test func `a worker that came after the window has no part in it`() throws {
    let recorders = try Recorders()
    defer { recorders.deallocate() }
    let late = Occupancy(
      1, from: 2000, .init(count: 1, starts: 1990), to: 1000, .init(count: 1, starts: 1990),
      recorders, isBlocks: false)
    #expect(late.expected == 0 && late.found == 0 && late.turnaround == 0 && late.span == 0)
  }

  /// Each over its own window, of 1000 ns and of 400.
  @Test func `workers add up, and the longest window is that of the run`() throws {
    let recorders = try Recorders()
    defer { recorders.deallocate() }
    func idle(_ slots: Int, to end: UInt64) -> Occupancy {
      Occupancy(
        slots, from: 100, .init(), to: end, .init(), recorders, isBlocks: false)
    }
    for (one, other) in [
      (idle(2, to: 1100), idle(3, to: 500)), (idle(3, to: 500), idle(2, to: 1100)),
    ] {
      let both = one + other
      #expect(both.expected == 2 * 1000 + 3 * 400 && both.span == 1000)
      #expect(both.turnaround == both.expected && both.found == both.expected)
    }
  }

  @Test(arguments: [(0.94, true), (0.96, false), (1.04, false), (1.06, true)])
  func `beyond 5 % the client contradicts itself`(share: Double, isOff: Bool) throws {
    var recorders = try Recorders()
    defer { recorders.deallocate() }
    recorders.latency.record(from: 0, to: UInt64(1000 * share))
    recorders.turnaround &-= 1000
    let occupancy = Occupancy(
      1, from: 0, .init(count: 1, starts: 0), to: 1000, .init(), recorders, isBlocks: false)
    let inFlight = ClientReport.InFlight(occupancy, Histograms([recorders]), Load())
    #expect(inFlight.expected == 1)
    #expect((inFlight.contradiction != nil) == isOff)
  }
}
