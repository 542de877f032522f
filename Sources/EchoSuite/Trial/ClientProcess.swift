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
  ///
  /// This process sleeps until the client has ended: what it did in between would be measured, too.
  /// - Throws: `ProcessFailure` when it does not report; `CancellationError`.
  func run(against address: Address, observing pid: Int32) async throws -> ClientReport {
    let limit = longestRun
    return try await withThrowingTaskGroup(of: ClientReport.self) { group in
      group.addTask { try await report(arguments(address, pid)) }
      // The client bounds itself; this is for one that hangs all the same.
      group.addTask {
        try await Task.sleep(for: limit)
        throw ProcessFailure(reason: "the client did not end within \(limit)")
      }
      // The other is cancelled, and a client that still runs killed.
      defer { group.cancelAll() }
      guard let report = try await group.next() else { throw CancellationError() }
      return report
    }
  }

  private func report(_ arguments: Arguments) async throws -> ClientReport {
    var options = PlatformOptions()
    options.processGroupID = 0
    let group = ProcessGroup()
    defer { group.end() }
    do {
      let execution = try await Subprocess.run(
        .path(FilePath(program)), arguments: arguments, platformOptions: options, input: .none,
        output: .string(limit: Self.mostOutput), error: .string(limit: Self.mostOutput)
      ) { execution in
        group.begin(execution.processIdentifier.value)
      }
      let output = Data(execution.standardOutput.utf8)
      guard let report = try? JSONDecoder().decode(ClientReport.self, from: output) else {
        let said = complaint(in: execution.standardError) ?? "nothing"
        throw ProcessFailure(reason: "the client did not report; it said: \(said)")
      }
      return report
    } catch let error as SubprocessError where error.code == .outputLimitExceeded {
      throw ProcessFailure(reason: "the client wrote more than \(ByteCount(Self.mostOutput))")
    }
  }

  /// A histogram of a long run takes some ten kilobytes.
  private static let mostOutput = 4 << 20

  /// What the client needs at most: its window, and its timeout for each of its steps.
  private var longestRun: Duration {
    .nanoseconds(Int(timing.warmup + timing.duration + 6 * timing.timeout)) + .seconds(10)
  }

  private func arguments(_ address: Address, _ pid: Int32) -> Arguments {
    var arguments = [
      "client", "--address", "\(address)",
      "--duration", "\(timing.duration)ns", "--warmup", "\(timing.warmup)ns",
      "--timeout", "\(timing.timeout)ns", "--observe", "\(pid)", "--format", "json",
    ]
    arguments += scenario.load.arguments
    if let cpus = scenario.clientCPUs { arguments += ["--cpus", cpus] }
    return Arguments(arguments)
  }
}
