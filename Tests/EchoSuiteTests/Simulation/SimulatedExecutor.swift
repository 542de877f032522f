import EchoIO
import Synchronization

@testable import EchoSuite

/// Trials without processes: a function says what each attempt gives.
final class SimulatedExecutor: TrialExecutor {
  struct Call: Equatable, Sendable {
    let trial: Trial
    let server: String
    let attempt: Int
  }

  private let simulation: @Sendable (Call, Scenario) async throws -> Measurement
  private let made = Mutex<[Call]>([])

  /// What was asked of it so far.
  var calls: [Call] { made.withLock { $0 } }

  init(_ simulation: @escaping @Sendable (Call, Scenario) async throws -> Measurement) {
    self.simulation = simulation
  }

  /// Every attempt measures; `load` says what.
  convenience init(_ load: SimulatedLoad = SimulatedLoad()) {
    self.init { call, scenario in .simulated(call, scenario, load) }
  }

  func run(_ trial: Trial, _ scenario: Scenario, attempt: Int) async throws -> Measurement {
    let call = Call(trial: trial, server: scenario.server.name, attempt: attempt)
    made.withLock { $0.append(call) }
    var measurement = try await simulation(call, scenario)
    measurement.tookNanoseconds = measurement.tookNanoseconds ?? 150_000_000
    return measurement
  }
}

extension Measurement {
  /// An attempt whose client ran and saw `load`; a backend read twice and wrote once per message.
  static func simulated(
    _ call: SimulatedExecutor.Call, _ scenario: Scenario, _ load: SimulatedLoad
  ) -> Measurement {
    let client = ClientReport.simulated(scenario, load)
    var counters = ServerCounters()
    counters.reads = 2 * client.counts.sent
    counters.writes = client.counts.sent
    let server = ServerStopped(counters, cpu: CPUTime(userNanoseconds: 0, systemNanoseconds: 0))
    let isBackend = if case .backend = scenario.server.kind { true } else { false }
    return Measurement(
      call.trial, name: scenario.name, attempt: call.attempt, outcome: .ran,
      server: isBackend ? server : nil, client: client)
  }

  /// An attempt at a trial of a plan whose client ran, of a server that says nothing of itself.
  static func simulated(_ trial: Trial, of plan: Plan, attempt: Int = 1) -> Measurement {
    let scenario = plan.scenarios[trial.scenario]
    return Measurement(
      trial, name: scenario.name, attempt: attempt, outcome: .ran, client: .simulated(scenario))
  }

  /// An attempt whose client did not run.
  static func simulated(
    _ call: SimulatedExecutor.Call, _ scenario: Scenario, _ outcome: Outcome
  ) -> Measurement {
    Measurement(call.trial, name: scenario.name, attempt: call.attempt, outcome: outcome)
  }
}
