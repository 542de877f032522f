/// Every server of a suite, started once before anything is measured: a command that does not work
/// is better known in a second than in minutes.
public struct Rehearsal: Sendable {
  /// The servers that did not come up, and why: `failed` or `unavailable`.
  public let failures: [(server: Server, outcome: Measurement.Outcome)]

  /// - Parameter servers: of each name the first is tried.
  /// - Throws: `SystemError` when this machine has not what any trial needs; `CancellationError`.
  public init(of servers: [Server], by executor: any TrialExecutor) async throws {
    var failures: [(server: Server, outcome: Measurement.Outcome)] = []
    var tried: Set<String> = []
    for server in servers where tried.insert(server.name).inserted {
      let outcome = try await executor.rehearse(server)
      if outcome != .ran { failures.append((server, outcome)) }
    }
    self.failures = failures
  }
}

extension TrialExecutor {
  /// A simulation's servers always come up.
  public func rehearse(_ server: Server) async throws -> Measurement.Outcome { .ran }
}
