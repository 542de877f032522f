/// Whatever can run servers at the same moment: processes, or in tests a simulation.
public protocol DuetExecutor: Sendable {
  /// Runs each scenario once, in fresh processes, all of them at the same moment.
  /// - Parameter seed: decides the content of the messages.
  /// - Returns: what each gave, in their order.
  /// - Throws: `DuetFailure` when one could not run; `CancellationError`.
  func run(together scenarios: [Scenario], seed: UInt64) throws -> [Measurement]
}

/// Why servers could not be measured together, in words.
public struct DuetFailure: Error, CustomStringConvertible {
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
