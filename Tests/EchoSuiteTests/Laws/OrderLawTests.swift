import EchoIO
import Foundation
import Laws
import Testing

@testable import EchoSuite

/// A report is a function of the set of trials: not of the order in which they stand in the log, as long
/// as the attempts at each are in their turn.
struct OrderLawTests {
  @Test func `in whatever order trials were made, the reports are the same`() async throws {
    try await forAllSeeds(40) { draw in
      let plan = try Plan.reading(
        """
        name: order
        rounds: \(draw.int(2...9))
        engines: [blocking, event]
        servers: [{backend: threads}, {backend: epoll}, {name: a, command: "a {port}"}]
        """, seed: draw.next())
      let trials = plan.trials.flatMap { trial in
        (1...draw.int(1...3)).map { draw.attempt($0, at: trial, of: plan) }
      }
      let shuffled = Self.shuffled(trials, &draw)
      try hold(shuffled != trials, "nothing was shuffled")
      let one = SuiteResult(plan: plan, machine: .simulated, measurements: trials)
      let other = SuiteResult(plan: plan, machine: .simulated, measurements: shuffled)
      for format in [ReportFormat.json, .csv] + (draw.chance(10) ? [.markdown] : []) {
        try holdEqual(try format.render(other), try format.render(one), format.fileName)
      }
    }
  }

  /// Attempts at one trial stay in their order.
  private static func shuffled(
    _ measurements: [EchoSuite.Measurement], _ draw: inout Draw
  ) -> [EchoSuite.Measurement] {
    var queues = Dictionary(grouping: measurements, by: \.trial).mapValues { $0[...] }
    return draw.shuffled(measurements.map(\.trial)).compactMap { queues[$0]?.popFirst() }
  }
}

extension Draw {
  /// One that measured, was disturbed, failed, or shows the server wrong.
  mutating func attempt(_ number: Int, at trial: Trial, of plan: Plan) -> EchoSuite.Measurement {
    let scenario = plan.scenarios[trial.scenario]
    let call = SimulatedExecutor.Call(
      trial: trial, server: scenario.server.name, attempt: number)
    switch int(1...100) {
    case ..<6: return .simulated(call, scenario, .failed(reason: "'\(call.server)' died"))
    case ..<8: return .simulated(call, scenario, .unavailable(reason: "no \(call.server) here"))
    default:
      var load = SimulatedLoad()
      load.messagesPerSecond = double(20_000...60_000)
      load.serverCPUNanoseconds = double(4000...9000)
      if chance(10) { load.stolen = 0.2 }
      if chance(10) { load.served = 4 }
      if chance(1) { load.invalidReasons = ["it answered \(int(1...9)) bytes more"] }
      var measurement = EchoSuite.Measurement.simulated(call, scenario, load)
      measurement.client?.window.startUnix += UInt64(int(0...3_600_000)) * 1_000_000
      measurement.tookNanoseconds = UInt64(int(100...300)) * 1_000_000
      return measurement
    }
  }
}
