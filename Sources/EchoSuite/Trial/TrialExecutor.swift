/// Whatever can run a trial: processes, or in tests a simulation.
public protocol TrialExecutor: Sendable {
  /// Runs one attempt. What goes wrong with it is in the measurement.
  /// - Throws: `CancellationError` when the suite is stopped; then nothing was measured.
  func run(_ trial: Trial, _ scenario: Scenario, attempt: Int) async throws -> Measurement

  /// Starts the server of a scenario and stops it again: whether it comes up is better known before
  /// minutes of measuring.
  /// - Returns: `ran` when it did, else why not.
  /// - Throws: `SystemError` when this machine has not what any trial needs; `CancellationError`.
  func rehearse(_ scenario: Scenario) async throws -> Measurement.Outcome
}
