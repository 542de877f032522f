import EchoIO
import FoundationEssentials

@testable import EchoSuite

/// The folder of a simulated suite that has something of everything, kept in `Fixtures`: a tie, a
/// difference, a server that is wrong and is also run unverified, one that is unavailable, one
/// that fails, disturbed attempts, a twin.
///
/// To write it again after the format or the report has changed:
/// `ECHOBENCH_UPDATE_FIXTURES=1 swift test --filter SimulatedResultsTests`.
enum SimulatedResults {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/simulated")

  static let isBeingUpdated =
    ProcessInfo.processInfo.environment["ECHOBENCH_UPDATE_FIXTURES"] == "1"

  static func plan() throws -> Plan {
    try Plan.reading(
      """
      name: simulated
      about: A suite that never ran.
      rounds: 6
      duration: 100ms
      warmup: 20ms
      buffers: [4k]
      anatomy: true
      servers:
        - backend: threads
        - backend: libuv
        - name: steady
          command: steady {address}
        - name: pool/published
          command: pool {port} {buffer_size}
          verify: [full, "off"]
          published_as: threads
          corrected_by: pool/corrected
        - name: pool/corrected
          command: pool --correct {port} {buffer_size}
        - name: absent
          command: absent {port}
        - name: broken
          command: broken {port}
      """, seed: 2020)
  }

  /// Runs it into a folder and writes its reports there.
  static func write(to directory: String) async throws {
    let plan = try plan()
    let log = try await Suite.run(
      plan, SimulatedExecutor(simulate), SimulatedCounter(count), in: directory)
    try SuiteResult(log).writeReports(to: directory)
  }

  @Sendable private static func count(_ scenario: Scenario) -> AnatomyRecord {
    .simulated(scenario, waits: scenario.server.name == "libuv" ? 0.2 : 0)
  }

  @Sendable private static func simulate(
    _ call: SimulatedExecutor.Call, _ scenario: Scenario
  ) -> Measurement {
    // Rounds differ by some per cent, and slow or speed all scenarios alike.
    let pace = [1, 0.97, 1.02, 0.99, 1.03, 0.98][call.trial.round - 1]
    func load(_ rate: Double, server: Double) -> SimulatedLoad {
      SimulatedLoad(
        messagesPerSecond: rate * pace, serverCPUNanoseconds: server, clientCPUNanoseconds: 1500)
    }
    switch call.server {
    case "threads":
      var threads = load(150_000, server: 6000)
      if scenario.isTwin { threads.messagesPerSecond *= 1 + 0.002 * Double(call.trial.round) }
      return .simulated(call, scenario, threads)
    case "libuv":
      var libuv = load(100_000, server: 4000)
      if call.trial.round == 3, call.attempt == 1 { libuv.stolen = 0.2 }
      return .simulated(call, scenario, libuv)
    case "steady":
      var steady = load(150_500, server: 5990 + 5 * Double(call.trial.round))
      steady.served = 4
      if call.trial.round == 5 { steady.foreign = 0.3 }
      return .simulated(call, scenario, steady)
    case "pool/published" where scenario.load.verification == .off:
      var surplus = load(400_000, server: 500)
      surplus.bytesBack = 4.096
      return .simulated(call, scenario, surplus)
    case "pool/published":
      return .simulated(
        call, scenario,
        SimulatedLoad(
          bytesBack: 4.096,
          invalidReasons: [
            "the server returned 4096 bytes for a 1000-byte message: it echoes its whole buffer"
          ]))
    case "pool/corrected":
      return .simulated(call, scenario, load(40_000, server: 20_000))
    case "absent":
      return .simulated(call, scenario, .unavailable(reason: "python3 is missing | install it"))
    default:
      return .simulated(
        call, scenario, .failed(reason: "'broken' exited with status 1 before it listened"))
    }
  }
}
