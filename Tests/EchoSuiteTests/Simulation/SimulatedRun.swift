import EchoIO
import Foundation

@testable import EchoSuite

/// One of several runs of a suite, without processes: figures that vary from round to round, and a
/// machine that is not the same the next time.
struct SimulatedRun {
  /// What all rates are multiplied by.
  var pace = 1.0
  /// Standard deviation of ln of a figure over rounds.
  var noise = 0.05
  /// What the rates of a server, by its name, are multiplied by; its CPU time is divided by it.
  var speeds: [String: Double] = [:]
  /// Servers that do not echo what they are sent, and those that do not run.
  var wrong: Set<String> = []
  var absent: Set<String> = []
  var machine = Machine.simulated
  let seed: UInt64

  init(seed: UInt64) {
    self.seed = seed
  }

  /// Twenty scenarios of ten servers, and a twin; the first two commands are called as given.
  static func plan(names: [String] = ["mine", "yours"], rounds: Int = 20) throws -> Plan {
    let others = (3...9).map { "other\($0)" }
    let commands = zip(names + others, ["mine", "yours"] + others).map { name, program in
      "  - {name: \(name), command: 'serve-\(program) {address}'}"
    }
    return try Plan.reading(
      """
      name: runs
      rounds: \(rounds)
      duration: 100ms
      warmup: 20ms
      buffers: [64k]
      sizes: [1000]
      engines: [blocking, event]
      servers:
        - backend: threads
      \(commands.joined(separator: "\n"))
      """)
  }

  func result(_ plan: Plan) -> SuiteResult {
    var random = Sampler(seed: seed)
    let measurements = plan.trials.enumerated().map { index, trial in
      measurement(trial, plan.scenarios[trial.scenario], index, &random)
    }
    return SuiteResult(plan: plan, machine: machine, measurements: measurements)
  }

  private func measurement(
    _ trial: Trial, _ scenario: Scenario, _ index: Int, _ random: inout Sampler
  ) -> EchoSuite.Measurement {
    let name = scenario.server.name
    let call = SimulatedExecutor.Call(trial: trial, server: name, attempt: 1)
    let speed = speeds[name] ?? 1
    var load = SimulatedLoad()
    // Slow enough for the simulated machine, whose two CPUs have 2 s in a second.
    load.messagesPerSecond = 50_000 * pace * speed * exp(noise * random.normal())
    load.serverCPUNanoseconds = 8000 / pace / speed * exp(noise * random.normal())
    if wrong.contains(name) { load.invalidReasons = ["the server returned other bytes"] }
    if absent.contains(name) {
      return .simulated(call, scenario, .failed(reason: "'\(name)' did not listen"))
    }
    var measurement = EchoSuite.Measurement.simulated(call, scenario, load)
    measurement.client?.window.startUnix += UInt64(index) * 350_000_000
    return measurement
  }
}
