import EchoIO
import Synchronization

@testable import EchoSuite

/// Counts without processes: a function says what comes of each scenario.
final class SimulatedCounter: AnatomyExecutor {
  private let simulation: @Sendable (Scenario) throws -> AnatomyRecord
  private let made = Mutex<[(name: String, seed: UInt64)]>([])

  /// The scenarios that it was asked for so far.
  var calls: [String] { made.withLock { $0.map(\.name) } }
  /// And the seed of each.
  var seeds: [UInt64] { made.withLock { $0.map(\.seed) } }

  init(_ simulation: @escaping @Sendable (Scenario) throws -> AnatomyRecord = { .simulated($0) }) {
    self.simulation = simulation
  }

  func run(
    _ scenario: Scenario, seed: UInt64, withoutInstructions reason: String?
  ) throws -> AnatomyRecord {
    made.withLock { $0.append((scenario.name, seed)) }
    return try simulation(scenario)
  }
}

extension AnatomyRecord {
  /// One of a server that reads, writes, and waits for several messages at once.
  static func simulated(_ scenario: Scenario, waits: Double = 0.2) -> AnatomyRecord {
    var anatomy = Anatomy()
    anatomy.calls = ["read": 1, "write": 1, "epoll_wait": waits].filter { $0.value > 0 }
    let size = Double(scenario.load.size.bytes)
    anatomy.reads = .init(calls: 1, bytes: size)
    anatomy.writes = .init(calls: 1, bytes: size)
    anatomy.voluntarySwitches = 0.5
    anatomy.involuntarySwitches = 0.01
    anatomy.migrations = 0.125
    anatomy.minorFaults = 0
    if case .backend = scenario.server.kind {
      anatomy.instructions = 850
    } else {
      anatomy.unavailable[.instructions] = "counted for the backends of this program only"
    }
    return AnatomyRecord(
      scenario, .ran, anatomy: anatomy, messages: 5000, took: 1_000_000_000, build: .release)
  }
}
