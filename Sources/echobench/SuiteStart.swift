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

  /// The log to append to. The command's `validate` has seen that a suite is meant.
  /// - Parameter stop: ends what has to be measured before there is a plan.
  func log(until stop: StopSignal) throws -> TrialLog {
    let file = choice.isEmpty ? nil : try choice.suiteFile()
    switch (destination.directory(of: file), file) {
    case (let directory?, _) where destination.resume:
      return try resumed(directory)
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
  ) throws -> TrialLog {
    try refuseDebugResults(directory)
    do {
      try TrialLog.checkVacancy(directory, replacing: destination.overwrite)
      let plan = Plan(try PilotRun(file: file, seed: seed).paced(until: stop), seed: seed)
      if let problem = plan.problem { throw RunError("this suite cannot be run: \(problem)") }
      let machine = try waitFor { await Machine.current() }
      return try TrialLog.create(
        directory, plan: plan, machine: machine, replacing: destination.overwrite)
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
  private func resumed(_ directory: String) throws -> TrialLog {
    var log = try TrialLog.resume(directory)
    if choice.isEmpty { try tellCommands(of: log) }
    let now = try waitFor { await Machine.current() }
    guard now.isComparable(with: log.machine) else {
      throw RunError(
        "\(directory) was begun on another machine or with another build; start anew with"
          + " --overwrite, or choose another folder (--output)")
    }
    try log.reopen()
    return log
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
