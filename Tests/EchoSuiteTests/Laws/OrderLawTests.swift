import EchoIO
import Foundation
import Laws
import Testing

@testable import EchoSuite

/// A report is a function of the set of trials: not of the order in which they stand in the log, as long
/// as the attempts at each are in their turn.
struct OrderLawTests {
  @Test func `in whatever order trials were made, the reports are the same`() async throws {
    var formats = Turns()
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
      try check(plan, trials, shuffled, formats.next())
    }
  }

  /// What a round is for follows from what was there when it began: so rounds stay in their turn.
  @Test func `in whatever order the trials of adaptive rounds were made, the reports are the same`()
    async throws
  {
    var formats = Turns()
    try await forAllSeeds(16) { draw in
      let (plan, trials) = try draw.adaptiveTrials()
      let rounds = Dictionary(grouping: trials, by: \.round).sorted { $0.key < $1.key }
      let shuffled = rounds.flatMap { Self.shuffled($0.value, &draw) }
      try check(plan, trials, shuffled, formats.next())
    }
  }

  /// Looks are a matter of rounds, and not of the moment: in an order that no schedule has asked for, too.
  @Test func `rounds in any order show the same, but for how many trials are left`() async throws {
    try await forAllSeeds(16) { draw in
      let (plan, trials) = try draw.adaptiveTrials()
      let (one, other) = (result(plan, trials), result(plan, Self.shuffled(trials, &draw)))
      for format in [ReportFormat.csv, .svg] {
        try holdEqual(try format.render(other), try format.render(one), format.fileName)
      }
      try holdEqual(try withoutCount(of: other), try withoutCount(of: one), "report.json")
    }
  }

  /// Formats beside those that have everything and are quick: some of the time each.
  private struct Turns {
    private var number = 0

    mutating func next() -> [ReportFormat] {
      number += 1
      let others = ReportFormat.allCases.filter { ![.json, .csv].contains($0) }
      let place = number % 10
      return [.json, .csv] + (place < others.count ? [others[place]] : [])
    }
  }

  private func result(_ plan: Plan, _ trials: [EchoSuite.Measurement]) -> SuiteResult {
    SuiteResult(plan: plan, machine: .simulated, measurements: trials)
  }

  private func check(
    _ plan: Plan, _ trials: [EchoSuite.Measurement], _ shuffled: [EchoSuite.Measurement],
    _ formats: [ReportFormat]
  ) throws {
    let (one, other) = (result(plan, trials), result(plan, shuffled))
    for format in formats {
      try holdEqual(try format.render(other), try format.render(one), format.fileName)
    }
  }

  /// `report.json` without how many trials there are, those that have not run among them.
  private func withoutCount(of result: SuiteResult) throws -> [Substring] {
    let lines = try ReportFormat.json.render(result).split(separator: "\n")
    let others = lines.filter { !$0.hasPrefix(#"  "trials" : "#) }
    try holdEqual(others.count, lines.count - 1, "lines without the number of trials")
    return others
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
  /// What adaptive rounds asked for, to their end or until they were interrupted.
  fileprivate mutating func adaptiveTrials() throws -> (Plan, [EchoSuite.Measurement]) {
    let plan = try Plan.reading(
      """
      name: order
      \(adaptiveRounds())
      \(chance(50) ? "budget: \(int(2...20))s" : "")
      servers: [{backend: threads}, {backend: epoll}, {name: a, command: "a {port}"}]
      """, seed: next())
    let schedule = plan.schedule
    let most = chance(50) ? int(10...40) : .max
    let noise = double(0.01...0.2)
    let speeds = plan.scenarios.map { _ in double(36_000...44_000) }
    var attempts = Attempts()
    while attempts.count < most, let trial = schedule.next(given: attempts) {
      attempts.append(
        attempt(
          attempts.count(of: trial) + 1, at: trial, of: plan, speed: speeds[trial.scenario],
          noise: noise))
    }
    return (plan, attempts.measurements)
  }

  /// One that measured, was disturbed, failed, or shows the server wrong.
  fileprivate mutating func attempt(
    _ number: Int, at trial: Trial, of plan: Plan, speed: Double = 40_000, noise: Double = 0.5
  ) -> EchoSuite.Measurement {
    let scenario = plan.scenarios[trial.scenario]
    let call = SimulatedExecutor.Call(
      trial: trial, server: scenario.server.name, attempt: number)
    switch int(1...100) {
    case ..<6: return .simulated(call, scenario, .failed(reason: "'\(call.server)' died"))
    case ..<8: return .simulated(call, scenario, .unavailable(reason: "no \(call.server) here"))
    default:
      var load = SimulatedLoad()
      load.messagesPerSecond = speed * double(1 - noise...1 + noise)
      load.serverCPUNanoseconds = 6500 * double(1 - noise...1 + noise)
      if chance(10) { load.stolen = 0.2 }
      if chance(10) { load.served = 4 }
      if chance(1) { load.invalidReasons = ["it answered \(int(1...9)) bytes more"] }
      var measurement = EchoSuite.Measurement.simulated(call, scenario, load)
      measurement.client?.window.startUnix += UInt64(int(0...3_600_000)) * 1_000_000
      // Eighths of a second add up to the same in any order.
      measurement.tookNanoseconds = UInt64(int(1...3)) * 125_000_000
      return measurement
    }
  }
}
