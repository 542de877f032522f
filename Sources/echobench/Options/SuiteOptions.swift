public import ArgumentParser
internal import EchoIO
public import EchoSuite

extension Preset: ExpressibleByArgument {}

/// Which suite to run.
struct SuiteChoice: ParsableArguments {
  @Option(help: "A suite that comes with the tool.")
  var preset: Preset?

  @Option(help: ArgumentHelp("A suite file (YAML).", valueName: "file"))
  var config: String?

  @Option(help: "Print the suite file of a preset: a start for one's own.")
  var showPreset: Preset?

  @Option(
    help: ArgumentHelp(
      """
      Another server: any command with {address}, or {host} and {port}, and {buffer_size} if it \
      takes one. Repeatable; without --preset and --config these are the only servers.
      """, valueName: "name=command"))
  var server: [String] = []

  @Option(
    parsing: .unconditional,
    help: "Rounds: every scenario runs once in each. (default: what the suite says)")
  var rounds: Given<Count>?

  @Option(
    parsing: .unconditional, help: "Length of each measured window. (default: what the suite says)")
  var duration: Given<TimeSpan>?

  @Option(parsing: .unconditional, help: "Load before each window. (default: what the suite says)")
  var warmup: Given<TimeSpan>?

  @Option(help: "Shuffles the order of the trials. (default: drawn, and printed)")
  var seed: UInt64?

  func validate() throws {
    try rounds?.check("--rounds")
    try warmup?.check("--warmup")
    if let duration, try duration.check("--duration") < .milliseconds(10) {
      throw ValidationError("'--duration' must be at least 10ms, got \(duration).")
    }
    if preset != nil, config != nil {
      throw ValidationError("'--preset' and '--config' both name a suite: give one of them.")
    }
    for text in server { _ = try Self.entry(text) }
  }

  var isEmpty: Bool { preset == nil && config == nil && server.isEmpty }

  /// The suite file, with what the command line says instead.
  func suiteFile() throws -> SuiteFile {
    var file = try preset?.suiteFile() ?? config.map(SuiteFile.read) ?? .onlyServers()
    for entry in try server.map(Self.entry) {
      guard !file.sweep.entries.contains(where: { $0.name == entry.name }) else {
        throw RunError(
          "two servers are called '\(entry.name)': give '--server' another name for its command")
      }
      file.sweep.entries.append(entry)
    }
    if let rounds { file.rounds = try rounds.value.value }
    if let duration { file.duration = try duration.value }
    if let warmup { file.warmup = try warmup.value }
    return file
  }

  /// Whether a plan that `--resume` goes on with is the one that is asked for.
  /// - Throws: `ValidationError`.
  func check(against plan: Plan, in directory: String) throws {
    let timing = plan.timing
    let options: [(String, given: String?, planned: String)] = [
      ("--rounds", try rounds.map { "\(try $0.value.value)" }, "\(plan.rounds)"),
      (
        "--duration", try duration.map { "\(try $0.value)" },
        "\(TimeSpan(nanoseconds: timing.duration))"
      ),
      ("--warmup", try warmup.map { "\(try $0.value)" }, "\(TimeSpan(nanoseconds: timing.warmup))"),
      ("--seed", seed.map { "\($0)" }, "\(plan.seed)"),
    ]
    for case (let option, let given?, let planned) in options where given != planned {
      throw ValidationError(
        "'\(option)' must be \(planned) with '--resume', as in \(directory), got \(given).")
    }
    guard !isEmpty, Plan(try suiteFile(), seed: plan.seed) != plan else { return }
    throw ValidationError(
      "'--resume' goes on with the suite in \(directory), which is another one than"
        + " '--preset', '--config' and '--server' give: leave them out, and give '--output"
        + " \(directory)'.")
  }

  /// `NAME=COMMAND`, checked.
  private static func entry(_ text: String) throws -> Sweep.Entry {
    do {
      return try Sweep.Entry(nameAndCommand: text)
    } catch {
      throw ValidationError("'--server' \(error), got \(text).")
    }
  }
}

/// Where a suite's files go.
struct SuiteDestination: ParsableArguments {
  @Option(help: "The folder for the suite's files. (default: results/NAME)")
  var output: String?

  @Flag(help: "Go on with the suite in that folder, as it was planned.")
  var resume = false

  @Flag(help: "Replace the suite in that folder.")
  var overwrite = false

  func validate() throws {
    if resume, overwrite {
      throw ValidationError(
        "'--resume' keeps what is there and '--overwrite' replaces it: give one.")
    }
  }

  /// What cannot be read here is told when it is opened.
  /// - Throws: `ValidationError` where `--resume` would go on with another plan than the one given.
  func checkPlan(_ choice: SuiteChoice) throws {
    let file = choice.isEmpty ? nil : try? choice.suiteFile()
    guard resume, let directory = directory(file), choice.isEmpty || file != nil,
      let plan = try? TrialLog.plan(in: directory)
    else { return }
    try choice.check(against: plan, in: directory)
  }

  private func directory(_ file: SuiteFile?) -> String? {
    output ?? file.map { "results/\($0.name)" }
  }

  /// The log to append to, new or old. The command's `validate` has seen that one is meant.
  func open(_ choice: SuiteChoice) throws -> TrialLog {
    let file = choice.isEmpty ? nil : try choice.suiteFile()
    switch (directory(file), file) {
    case (let directory?, _) where resume:
      return try reopen(directory)
    case (let directory?, let file?):
      return try create(directory, Plan(file, seed: choice.seed ?? .random(in: 1...999_999)))
    default:
      throw SuiteCommand.nothingToRun
    }
  }

  private func create(_ directory: String, _ plan: Plan) throws -> TrialLog {
    try refuseDebugResults(directory)
    let machine = try waitFor { await Machine.current() }
    if overwrite { try TrialLog.remove(directory) }
    return try TrialLog.create(directory, plan: plan, machine: machine)
  }

  /// A debug build is an order slower: it may try things out, but not fill `results/`.
  private func refuseDebugResults(_ directory: String) throws {
    guard BuildConfiguration.current == .debug,
      directory.split(separator: "/").dropLast().last == "results"
    else { return }
    throw RunError(
      "a debug build writes no results: build with -c release, or choose another --output")
  }

  /// The same machine and program have to go on, or one table would mix two.
  private func reopen(_ directory: String) throws -> TrialLog {
    var log = try TrialLog.open(directory)
    let now = try waitFor { await Machine.current() }
    guard now.isComparable(with: log.machine) else {
      throw RunError(
        "\(directory) was begun on another machine or with another build; start anew with --overwrite"
      )
    }
    try log.reopen()
    return log
  }
}
