internal import ArgumentParser
internal import EchoIO
internal import EchoSuite
internal import Foundation

struct SuiteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suite",
    abstract: "Run servers under workloads in interleaved rounds, and write result tables.",
    discussion: """
      Leaves plan.json, machine.json, trials.jsonl and the reports in results/local/NAME. \
      Interrupting loses nothing: --resume goes on.

      Examples:
        $ echobench suite --preset quick
        $ echobench suite --preset scale
        $ echobench suite --preset quick --server 'mine=./my-server --listen {address}'
        $ echobench suite --config mine.yaml --rounds 15 --output /tmp/mine
        $ echobench suite --config mine.yaml --dry-run
      """)

  @OptionGroup var choice: SuiteChoice
  @OptionGroup var destination: SuiteDestination

  @Flag(help: "Print what would run, in which order and for how long at most, and run nothing.")
  var dryRun = false

  static let nothingToRun = ValidationError(
    "No suite to run: give '--preset quick', '--config FILE', '--server NAME=COMMAND', or"
      + " '--resume' with '--output'.")

  func validate() throws {
    if choice.showPreset != nil {
      guard choice.isNothingElseGiven, destination.isEmpty, !dryRun else {
        throw ValidationError(
          "'--show-preset' prints a suite file and runs nothing: leave the other options out.")
      }
      return
    }
    if dryRun, destination.resume {
      throw ValidationError(
        "'--dry-run' shows a suite from its beginning, and '--resume' goes on with one: give one.")
    }
    let isMeant = !choice.isEmpty
    guard isMeant || (destination.resume && destination.output != nil) else {
      throw Self.nothingToRun
    }
    try SuiteStart(choice: choice, destination: destination).checkPlan()
  }

  func run() throws {
    if let preset = choice.showPreset {
      try Output.write(preset.text)
      return
    }
    if dryRun { return try showWhatWouldRun() }
    let stop = StopSignal.onSignals
    raiseDescriptorLimit()
    let (log, pool) = try SuiteStart(choice: choice, destination: destination).log(until: stop)
    let plan = log.plan
    tellFindings(of: log)
    tellShortages(of: plan)
    let schedule = plan.schedule
    let again = log.attempts.retries.count
    let left = schedule.trialsLeft(given: log.attempts) + again
    if again > 0 { Output.note("\(plural(again, "trial")) that could not run: tried again") }
    let anatomies = log.anatomiesLeft
    let measuring = plan.expectedTime(ofTrials: left)
    let counting = plan.expectedTime(ofAnatomies: anatomies)
    let floorTime = log.wantsFloor ? plan.floorTime(beside: measuring) : .seconds(0)
    let time = [measuring, counting, floorTime].map(\.nanoseconds).reduce(0, +)
    let work =
      anatomies.isEmpty
      ? plural(left, "trial")
      : "\(plural(left, "trial")) and \(plural(anatomies.count, "count")) of what a message costs"
    Output.note(
      "\(work), about \(aboutTime(.nanoseconds(time))), seed \(plan.seed), into \(log.directory)")

    if let indecision = plan.indecision {
      Output.note("\(indecision): the report will have figures, and no verdicts")
    }

    // Locked until the reports are written, too.
    try withExtendedLifetime(log) {
      let log = try withFloor(log, within: floorTime, until: stop)
      let result = SuiteResult(try measure(log, schedule, on: pool, until: stop))
      try result.writeReports(to: log.directory)
      try Output.write(text(of: result, in: log.directory))
      try finish(result, log.directory)
    }
  }

  /// Prints it, and touches nothing.
  private func showWhatWouldRun() throws {
    let start = SuiteStart(choice: choice, destination: destination)
    let (dryRun, directory) = try start.dryRun()
    if let problem = dryRun.plan.problem { throw RunError("this suite cannot be run: \(problem)") }
    tellShortages(of: dryRun.plan)
    do {
      try TrialLog.checkVacancy(directory, replacing: destination.overwrite)
    } catch {
      Output.note("warning: \(error)")
    }
    try Output.write(dryRun.text(into: directory))
  }

  /// For a person at a terminal what was found, else the report in Markdown.
  private func text(of result: SuiteResult, in directory: String) throws -> String {
    guard Terminal.isAt(1) else { return try ReportFormat.markdown.render(result) }
    let page = URL(filePath: "\(directory)/\(ReportFormat.page.fileName)").standardizedFileURL
    return TerminalReport(result, Terminal.style(of: 1), page: page.absoluteString).text
  }

  /// Where the person at standard error can see a line being written over, if anybody can.
  private var form: StandingLine.Form {
    Terminal.isAt(2) ? .terminal { Terminal.columns(of: 2) } : .lines
  }

  /// Measures what the machine takes at least, before anything else. A suite does without where that
  /// cannot be had, and `measure` ends it when it was stopped meanwhile.
  private func withFloor(
    _ log: TrialLog, within time: TimeSpan, until stop: StopSignal
  ) throws -> TrialLog {
    guard log.wantsFloor else { return log }
    var log = log
    let floor: Floor?
    do throws(FloorFailure) {
      floor = try Floor.measure(within: time, until: stop)
    } catch {
      Output.note("warning: \(error)")
      return log
    }
    if let floor { try log.append(floor) }
    return log
  }

  /// Runs the trials; a signal ends the one that is running and the suite.
  private func measure(
    _ log: TrialLog, _ schedule: any Schedule, on pool: HostPool?, until stop: StopSignal
  ) throws -> TrialLog {
    let executor = ProcessExecutor(
      log.plan.timing, seed: log.plan.seed, program: try .running(), on: pool, until: stop)
    let counter = AnatomyProcesses(program: try .running(), until: stop)
    try executor.check()
    do {
      return try waitFor {
        try await rehearse(log, executor)
        var suite = Suite(log, schedule: schedule, executor: executor, counter: counter)
        var line = StandingLine(form, write: Output.write(toPerson:))
        defer { line.clear() }
        return try await suite.run { line.show($0) }
      }
    } catch is CancellationError {
      return try TrialLog.open(log.directory)
    }
  }

  /// Tells what matters most of what may spoil the suite's figures, and where the rest is told.
  private func tellFindings(of log: TrialLog) {
    // The report has those of each host.
    guard log.plan.hosts == nil else { return }
    let known = Preflight.check(log.machine, connections: log.plan.mostConnections)
    let findings = Checkup.ofThisMachine().findings(with: known)
    guard !findings.isEmpty else { return }
    for finding in findings.prefix(Self.findingsTold) { Output.note("\(finding)") }
    let more = findings.count - Self.findingsTold
    Output.note(
      "'echobench doctor' has what to type\(more > 0 ? ", and \(plural(more, "more finding"))" : "")"
    )
  }

  /// More of them nobody reads before a suite.
  private static let findingsTold = 2

  /// Tells which rows will have no figures because this machine does not have what they need.
  private func tellShortages(of plan: Plan) {
    guard plan.hosts == nil else { return }
    let rows = plan.scenarios.compactMap(\.shortage)
    for (reason, rows) in Dictionary(grouping: rows, by: \.self).sorted(by: { $0.key < $1.key }) {
      Output.note("warning: \(plural(rows.count, "row")) will be unavailable: \(reason)")
    }
  }

  /// Tries each server that is still to be measured.
  /// - Throws: `RunError` when one of the command line does not come up.
  private func rehearse(_ log: TrialLog, _ executor: ProcessExecutor) async throws {
    let plan = log.plan
    // Rows that are told to be unavailable are not tried.
    let scenarios = plan.trials.filter { log.attempts.count(of: $0) == 0 }.map {
      plan.scenarios[$0.scenario]
    }.filter { plan.hosts != nil || $0.shortage == nil }
    for (scenario, outcome) in try await Rehearsal(of: scenarios, by: executor).failures {
      let server = scenario.server
      let reason = outcome.reason ?? ""
      guard !choice.server.contains(where: { $0.hasPrefix("\(server.name)=") }) else {
        throw RunError("'--server' \(server.name) does not run: \(reason)")
      }
      Output.note("warning: \(server.name) does not run: \(reason)")
    }
  }

  private func finish(_ result: SuiteResult, _ directory: String) throws {
    if let signal = StopSignal.caughtSignal {
      let command = shell(["echobench", "suite", "--resume", "--output", directory])
      Output.note("interrupted; go on with: \(command)")
      throw ExitCode(128 + signal)
    }
    switch result.verdict {
    case .fine: Output.note("reports are in \(directory)")
    case .failed: throw ExitCode(1)
    case .invalid: throw ExitCode(3)
    }
  }
}
