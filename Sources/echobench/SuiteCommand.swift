internal import ArgumentParser
internal import EchoIO
internal import EchoSuite
internal import Foundation

struct SuiteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suite",
    abstract: "Run servers under workloads in interleaved rounds, and write result tables.",
    discussion: """
      Leaves plan.json, machine.json, trials.jsonl and the reports in results/NAME. Interrupting \
      loses nothing: --resume goes on.

      Examples:
        $ echobench suite --preset quick
        $ echobench suite --preset quick --server 'mine=./my-server --listen {address}'
        $ echobench suite --config mine.yaml --rounds 15 --output results/mine
      """)

  @OptionGroup var choice: SuiteChoice
  @OptionGroup var destination: SuiteDestination

  static let nothingToRun = ValidationError(
    "No suite to run: give '--preset quick', '--config FILE', '--server NAME=COMMAND', or"
      + " '--resume' with '--output'.")

  func validate() throws {
    let isMeant = choice.showPreset != nil || !choice.isEmpty
    guard isMeant || (destination.resume && destination.output != nil) else {
      throw Self.nothingToRun
    }
    try destination.checkPlan(choice)
  }

  func run() throws {
    if let preset = choice.showPreset {
      try Output.write(preset.text)
      return
    }
    let stop = StopSignal.onSignals
    raiseDescriptorLimit()
    let (log, plan, machine) = try destination.open(choice)
    for finding in Preflight.check(machine, connections: plan.mostConnections) {
      Output.note("\(finding)")
    }
    Output.note("\(plan.trials.count) trials, seed \(plan.seed), into \(log.directory)")

    let measured = try measure(plan, log, until: stop)
    let result = SuiteResult(plan: plan, machine: machine, measurements: measured.measurements)
    try result.writeReports(to: log.directory)
    try Output.write(ReportFormat.markdown.render(result))
    try finish(result, log.directory)
  }

  /// Runs the trials; a signal ends the one that is running and the suite.
  private func measure(
    _ plan: Plan, _ log: TrialLog, until stop: StopSignal
  ) throws -> TrialLog {
    let executor = ProcessExecutor(
      plan.timing, seed: plan.seed, program: try .running(), until: stop)
    try executor.check()
    do {
      return try waitFor {
        try await rehearse(plan, log, executor)
        var suite = Suite(plan, log: log, executor: executor)
        let line = ProgressLine()
        defer { line.clear() }
        return try await suite.run { line.show($0) }
      }
    } catch is CancellationError {
      return try TrialLog.open(log.directory).log
    }
  }

  /// Tries each server that is still to be measured.
  /// - Throws: `RunError` when one of the command line does not come up.
  private func rehearse(
    _ plan: Plan, _ log: TrialLog, _ executor: ProcessExecutor
  ) async throws {
    let done = Set(log.measurements.map(\.trial))
    let servers = plan.trials.filter { !done.contains($0) }.map {
      plan.scenarios[$0.scenario].server
    }
    for (server, outcome) in try await Rehearsal(of: servers, by: executor).failures {
      let reason = outcome.reason ?? ""
      guard !choice.server.contains(where: { $0.hasPrefix("\(server.name)=") }) else {
        throw RunError("'--server' \(server.name) does not run: \(reason)")
      }
      Output.note("warning: \(server.name) does not run: \(reason)")
    }
  }

  private func finish(_ result: SuiteResult, _ directory: String) throws {
    if let signal = StopSignal.caughtSignal {
      Output.note("interrupted; go on with: echobench suite --resume --output \(directory)")
      throw ExitCode(128 + signal)
    }
    switch result.verdict {
    case .fine: Output.note("reports are in \(directory)")
    case .failed: throw ExitCode(1)
    case .invalid: throw ExitCode(3)
    }
  }
}

/// One line on a terminal that is written over: where the suite stands, and the time left.
private final class ProgressLine: Sendable {
  private let isShown = Output.isTerminal(2)
  private let start = ContinuousClock.now

  func show(_ progress: Suite.Progress) {
    guard isShown else { return }
    let left = remaining(progress).map { ", \($0) left" } ?? ""
    let notes =
      (progress.repeated > 0 ? ", \(progress.repeated) repeated" : "")
      + (progress.withoutFigure > 0 ? ", \(progress.withoutFigure) without a figure" : "")
    write("\r\u{1b}[K\(progress.done) of \(progress.total) trials\(left)\(notes)  \(progress.last)")
  }

  func clear() {
    if isShown { write("\r\u{1b}[K") }
  }

  private func remaining(_ progress: Suite.Progress) -> String? {
    let done = progress.done - progress.doneBefore
    guard done > 0 else { return nil }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let left = Int(seconds / Double(done) * Double(progress.total - progress.done))
    return left >= 60 ? "\(left / 60)m\(left % 60)s" : "\(left)s"
  }

  private func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
