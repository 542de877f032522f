internal import EchoIO
internal import Foundation
internal import Subprocess
internal import SystemPackage

/// The client of a trial, in a process of its own.
struct ClientProcess {
  private let scenario: Scenario
  private let timing: Plan.Timing
  private let program: String

  init(_ scenario: Scenario, _ timing: Plan.Timing, program: String) {
    self.scenario = scenario
    self.timing = timing
    self.program = program
  }

  /// Drives the server at `address` and reads the usage of process `pid` meanwhile.
  /// - Throws: `ProcessFailure` when it does not report; `CancellationError`.
  func run(against address: Address, observing pid: Int32) async throws -> ClientReport {
    var options = PlatformOptions()
    options.processGroupID = 0
    let (configuration, limit) = (arguments(address, pid), longestRun)
    let execution = try await Subprocess.run(
      .path(FilePath(program)), arguments: configuration, platformOptions: options,
      input: .none, output: .string(limit: Self.mostOutput), error: .string(limit: Self.mostOutput)
    ) { execution in
      let group = ProcessGroup()
      group.begin(execution.processIdentifier.value)
      defer { group.end() }
      // The client bounds itself; this is for one that hangs all the same.
      try await withThrowingTaskGroup { group in
        group.addTask {
          try await Task.sleep(for: limit)
          try? execution.send(signal: .kill)
        }
        group.addTask {
          while isAlive(execution.processIdentifier.value) {
            try await Task.sleep(for: .milliseconds(2))
          }
        }
        try await group.next()
        group.cancelAll()
      }
    }
    let output = Data(execution.standardOutput.utf8)
    guard let report = try? JSONDecoder().decode(ClientReport.self, from: output) else {
      let said = execution.standardError.split(separator: "\n").last ?? "nothing"
      throw ProcessFailure(reason: "the client did not report; it said: \(said)")
    }
    return report
  }

  /// A histogram of a long run takes some ten kilobytes.
  private static let mostOutput = 4 << 20

  /// What the client needs at most: its window, and its timeout for each of its steps.
  private var longestRun: Duration {
    .nanoseconds(Int(timing.warmup + timing.duration + 6 * timing.timeout)) + .seconds(10)
  }

  private func arguments(_ address: Address, _ pid: Int32) -> Arguments {
    var arguments = [
      "client", "--address", "\(address)", "--workers", "\(scenario.workers)",
      "--connections", "\(scenario.connections)", "--size", "\(scenario.sizeBytes)",
      "--engine", scenario.engine.rawValue, "--verify", scenario.verification.rawValue,
      "--duration", "\(timing.duration)ns", "--warmup", "\(timing.warmup)ns",
      "--timeout", "\(timing.timeout)ns", "--observe", "\(pid)", "--format", "json",
    ]
    if let cpus = scenario.clientCPUs { arguments += ["--cpus", cpus] }
    return Arguments(arguments)
  }
}
