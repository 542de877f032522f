/// Whatever can count what a message costs a server: processes, or in tests a simulation.
public protocol AnatomyExecutor: Sendable {
  /// Counts once. What goes wrong is in the record.
  /// - Parameters:
  ///   - seed: decides the content of the messages.
  ///   - reason: why no instructions are counted, which takes seconds; nil when they are.
  /// - Throws: `CancellationError` when stopped; then nothing was counted.
  func run(
    _ scenario: Scenario, seed: UInt64, withoutInstructions reason: String?
  ) async throws -> AnatomyRecord
}
