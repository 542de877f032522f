import EchoIO
import Testing

@testable import EchoSuite

/// The model with round numbers: a call takes 100 ns, a wake-up 1500, the smallest message 1000, one of
/// 1001 bytes 1050.
struct FloorModelTests {
  private let floor = Floor.simulated

  private func model(
    _ measured: Double, calls: Double = 2, wakeUps: Double = 0, pieces: Double = 1,
    share: Double = 1050
  ) throws -> FloorModel {
    try #require(
      FloorModel(
        FloorDistance(measured: measured, share: share),
        FloorModel.Counts(calls: calls, wakeUps: wakeUps, pieces: pieces), floor))
  }

  @Test func `a distance is a ratio`() {
    #expect(FloorDistance(measured: 5900, share: 2500).ratio == 2.36)
  }

  @Test func `a server that does nothing but the floor is explained`() throws {
    let model = try model(1050)
    #expect(model.calls == 200)
    #expect(model.wakeUps == 0)
    #expect(model.bytes == 850)
    #expect(model.explained == 1)
    #expect(model.unexplained == 0)
    #expect(model.dominant == .bytes)
  }

  @Test func `each term is a count and a cost`() throws {
    let model = try model(8000, calls: 6.4, wakeUps: 1.5, pieces: 1)
    #expect(model[.calls] == 640)
    #expect(model[.wakeUps] == 2250)
    #expect(model[.bytes] == 850)
    #expect(abs(model.unexplained - 4260) < 1e-9)
  }

  @Test func `a message in pieces is received and sent as often`() throws {
    // The largest message and three pieces more, each of what the smallest takes without its calls.
    #expect(try model(9000, pieces: 4, share: 4276.8).bytes == 4076.8 + 3 * 800)
  }

  @Test func `a server without a call of its own saves those of the floor`() throws {
    #expect(try model(1000, calls: 0.07).explained == 0.857)
  }

  @Test func `what dominates is said above 80 percent, and not at them`() throws {
    // 200 + 850 of what was measured.
    #expect(try model(1050 / 0.8).explained == 0.8)
    #expect(try model(1050 / 0.8).dominant == nil)
    #expect(try model(1050 / 0.801).dominant == .bytes)
    #expect(try model(1050 / 0.799).dominant == nil)
  }

  @Test func `a model that says far more than there is explains nothing`() throws {
    #expect(try model(1050 / 1.24).dominant == .bytes)
    #expect(try model(1050 / 1.26).dominant == nil)
    #expect(try model(1050 / 1.26).unexplained < 0)
  }

  @Test func `the largest term dominates`() throws {
    #expect(try model(3000, wakeUps: 1).dominant == .wakeUps)
    #expect(try model(2600, calls: 16).dominant == .calls)
  }

  @Test func `without the cost of a wake-up there is no model`() {
    var floor = floor
    floor.wakeUpSameCPU = nil
    floor.wakeUpOtherCPU = nil
    #expect(
      FloorModel(
        FloorDistance(measured: 3000, share: 1050), FloorModel.Counts(calls: 2, wakeUps: 1), floor)
        == nil)
  }
}
