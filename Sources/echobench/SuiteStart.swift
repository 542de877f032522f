internal import ArgumentParser
internal import EchoIO
internal import EchoSuite
internal import Foundation

/// How a suite begins: the log that it writes, new or gone on with.
struct SuiteStart {
  let choice: SuiteChoice
  let destination: SuiteDestination

  /// What cannot be read here is told when it is opened.
  /// - Throws: `ValidationError` where `--resume` would go on with another plan than the one given.
  func checkPlan() throws {
    let file = choice.isEmpty ? nil : try? choice.suiteFile()
    guard destination.resume, let directory = destination.directory(of: file),
      choice.isEmpty || file != nil, let plan = try? TrialLog.plan(in: directory)
    else { return }
    try choice.check(against: plan, in: directory)
  }

  /// The log to append to, and the agents of its hosts, where it has any. The command's `validate` has
  /// seen that a suite is meant.
  /// - Parameter stop: ends what has to be measured before there is a plan.
  func log(until stop: StopSignal) throws -> (TrialLog, HostPool?) {
    let file = choice.isEmpty ? nil : try choice.suiteFile()
    switch (destination.directory(of: file), file) {
    case (let directory?, _) where destination.resume:
      return try resumed(directory, stop)
    case (let directory?, let file?):
      return try begun(directory, file, seed: choice.seed ?? .random(in: 1...999_999), stop)
    default:
      throw SuiteCommand.nothingToRun
    }
  }

  /// What would run, and the folder that it would go into.
  func dryRun() throws -> (DryRun, directory: String) {
    let file = choice.isEmpty ? nil : try choice.suiteFile()
    guard let file, let directory = destination.directory(of: file) else {
      throw SuiteCommand.nothingToRun
    }
    return (DryRun(of: file, seed: choice.seed ?? .random(in: 1...999_999)), directory)
  }

  private func begun(
    _ directory: String, _ file: SuiteFile, seed: UInt64, _ stop: StopSignal
  ) throws -> (TrialLog, HostPool?) {
    try refuseDebugResults(directory)
    do {
      try TrialLog.checkVacancy(directory, replacing: destination.overwrite)
      if let problem = file.hostProblem { throw RunError("this suite cannot be run: \(problem)") }
      let pool = try pool(of: file.hosts, stop)
      let machine = try machine(with: pool)
      let pilot = PilotRun(file: file, seed: seed, pool: pool)
      let plan = Plan(try pilot.paced(until: stop), seed: seed)
      if let problem = plan.problem { throw RunError("this suite cannot be run: \(problem)") }
      let log = try TrialLog.create(
        directory, plan: plan, machine: machine, replacing: destination.overwrite)
      return (log, pool)
    } catch SuiteError.occupied {
      // The way on must not lead to writing over what is committed.
      guard try waitFor({ await SourceRevision.tracks("\(directory)/plan.json") }) else {
        throw SuiteError.occupied(directory)
      }
      throw RunError(
        "\(directory) holds results that are committed. Choose another folder (--output), such as"
          + " results/local/\(file.name).")
    }
  }

  /// A debug build is an order slower: it may try things out, but not fill `results/`.
  private func refuseDebugResults(_ directory: String) throws {
    guard BuildConfiguration.current == .debug,
      URL(filePath: directory).standardizedFileURL.pathComponents.contains("results")
    else { return }
    throw RunError(
      "a debug build writes no results: build with -c release, or choose another --output")
  }

  /// The same machine and program have to go on, or one table would mix two.
  private func resumed(
    _ directory: String, _ stop: StopSignal
  ) throws -> (TrialLog, HostPool?) {
    var log = try TrialLog.resume(directory)
    if choice.isEmpty { try tellCommands(of: log) }
    let pool = try pool(of: log.plan.hosts, stop)
    let now = try machine(with: pool)
    guard now.isComparable(with: log.machine) else {
      throw RunError(
        "\(directory) was begun on another machine or with another build; start anew with"
          + " --overwrite, or choose another folder (--output)")
    }
    try log.reopen()
    return (log, pool)
  }

  private func pool(of hosts: Hosts?, _ stop: StopSignal) throws -> HostPool? {
    try hosts.map { HostPool($0, program: try .running(), until: stop) }
  }

  /// This machine, with those of the hosts: each is reached once before anything is measured.
  private func machine(with pool: HostPool?) throws -> Machine {
    guard let pool else { return try waitFor { await Machine.current() } }
    var machine = try waitFor { await Machine.current(network: .network) }
    do {
      machine.hosts = try pool.check()
    } catch is CancellationError {
      Output.note("interrupted before anything was measured")
      throw ExitCode(128 + (StopSignal.caughtSignal ?? 0))
    }
    return machine
  }

  /// What a plan has to run that nobody gave on this command line: it is told before it runs, and is not run out
  /// of a folder of another user.
  private func tellCommands(of log: TrialLog) throws {
    let commands = log.plan.commands
    guard !commands.isEmpty else { return }
    let list = commands.map { "\n  \($0.name): \($0.line)" }.joined()
    guard log.isOfThisUser else {
      throw RunError(
        "the plan in \(log.directory) is of another user, and runs commands. Read them; to run them,"
          + " give the suite that has them, too (--config, --server, --client):\(list)")
    }
    Output.note("the plan in \(log.directory) runs commands:\(list)")
  }
}
