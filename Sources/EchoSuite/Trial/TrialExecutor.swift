/// Whatever can run a trial: processes, or in tests a simulation.
public protocol TrialExecutor: Sendable {
  /// Runs one attempt. What goes wrong with it is in the measurement.
  /// - Throws: `CancellationError` when the suite is stopped; then nothing was measured.
  func run(_ trial: Trial, _ scenario: Scenario, attempt: Int) async throws -> Measurement
}
