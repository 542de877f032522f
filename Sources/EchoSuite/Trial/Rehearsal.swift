internal import EchoIO

/// Every server of a suite, started once on each of its transports before anything is measured: a
/// command that does not work is better known in a second than in minutes.
public struct Rehearsal: Sendable {
  /// The servers that did not come up, and why: `failed` or `unavailable`.
  public let failures: [(scenario: Scenario, outcome: Measurement.Outcome)]

  /// - Parameter scenarios: of each server and transport the first is tried.
  /// - Throws: `SystemError` when this machine has not what any trial needs; `CancellationError`.
  public init(of scenarios: [Scenario], by executor: any TrialExecutor) async throws {
    var failures: [(scenario: Scenario, outcome: Measurement.Outcome)] = []
    var tried: [Transport: Set<String>] = [:]
    for scenario in scenarios
    where tried[scenario.load.transport, default: []].insert(scenario.server.name).inserted {
      let outcome = try await executor.rehearse(scenario)
      if outcome != .ran { failures.append((scenario, outcome)) }
    }
    self.failures = failures
  }
}

extension TrialExecutor {
  /// A simulation's servers always come up.
  public func rehearse(_ scenario: Scenario) async throws -> Measurement.Outcome { .ran }
}
