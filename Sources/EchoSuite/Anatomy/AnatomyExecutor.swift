/// Whatever can count what a message costs a server: processes, or in tests a simulation.
public protocol AnatomyExecutor: Sendable {
  /// Counts once. What goes wrong is in the record.
  /// - Parameter seed: decides the content of the messages.
  /// - Throws: `CancellationError` when stopped; then nothing was counted.
  func run(_ scenario: Scenario, seed: UInt64) async throws -> AnatomyRecord
}
