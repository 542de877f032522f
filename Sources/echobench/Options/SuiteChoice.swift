public import ArgumentParser
internal import EchoIO
public import EchoSuite

extension Preset: ExpressibleByArgument {
  public init?(argument: String) {
    guard let preset = Preset.named(argument) else { return nil }
    self = preset
  }

  public static var allValueStrings: [String] { all.map(\.name) }
  public static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

/// Which suite to run.
struct SuiteChoice: ParsableArguments {
  @Option(help: "A suite that comes with the tool.")
  var preset: Preset?

  @Option(
    help: ArgumentHelp("A suite file (YAML).", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
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
    help: ArgumentHelp(
      """
      Another client for every server, beside this program's own: any command with {address}, \
      {connections}, {size} and {duration}, or with {options}, which prints a report (see \
      docs/SUITE-FILES.md). Repeatable.
      """, valueName: "name=command"))
  var client: [String] = []

  @OptionGroup var goals: GoalOptions

  @Option(
    name: .both("d"),
    parsing: .unconditional, help: "Length of each measured window. (default: what the suite says)")
  var duration: Given<TimeSpan>?

  @Option(parsing: .unconditional, help: "Load before each window. (default: what the suite says)")
  var warmup: Given<TimeSpan>?

  @Flag(
    inversion: .prefixedNo,
    help: "Count what a message costs each server, too. (default: what the suite says)")
  var anatomy: Bool?

  @Option(help: "Shuffles the order of the trials. (default: drawn, and printed)")
  var seed: UInt64?

  func validate() throws {
    let duration = try duration?.check("--duration")
    let warmup = try warmup?.check("--warmup")
    let broken = [
      ("--duration", duration.flatMap(SuiteLimits.duration.problem), self.duration?.description),
      ("--warmup", warmup.flatMap(SuiteLimits.warmup.problem), self.warmup?.description),
    ]
    for case (let option, let rule?, let given?) in broken {
      throw ValidationError("'\(option)' \(rule), got \(given).")
    }
    if preset != nil, config != nil {
      throw ValidationError("'--preset' and '--config' both name a suite: give one of them.")
    }
    for text in server { _ = try Self.entry(text) }
    for text in client { _ = try Self.driver(text) }
    guard client.isEmpty || !isEmpty || showPreset != nil else {
      throw ValidationError(
        "'--client' drives the servers of a suite: give '--preset', '--config' or '--server', too.")
    }
  }

  /// Whether, beside `--show-preset`, none of these options is.
  var isNothingElseGiven: Bool {
    isEmpty && client.isEmpty && goals.isEmpty && duration == nil && warmup == nil && seed == nil
      && anatomy == nil
  }

  /// Whether no suite is named.
  var isEmpty: Bool { preset == nil && config == nil && server.isEmpty }

  /// The suite file, with what the command line says instead.
  func suiteFile() throws -> SuiteFile {
    var file = try preset?.suiteFile() ?? config.map(SuiteFile.read) ?? .withoutServers()
    for entry in try server.map(Self.entry) {
      guard !file.sweep.entries.contains(where: { $0.name == entry.name }) else {
        throw RunError(
          "two servers are called '\(entry.name)': give '--server' another name for its command")
      }
      file.sweep.entries.append(entry)
    }
    for driver in try client.map(Self.driver) { try add(driver, to: &file.sweep) }
    file.goals = try goals.goals(instead: file.goals)
    if let duration { file.duration = try duration.value }
    if let warmup { file.warmup = try warmup.value }
    if let anatomy { file.anatomy = anatomy }
    return file
  }

  /// Whether a plan that `--resume` goes on with is the one that is asked for.
  /// - Throws: `ValidationError`.
  func check(against plan: Plan, in directory: String) throws {
    let timing = plan.timing
    let options: [(String, given: String?, planned: String)] = [
      (
        "--duration", try duration.map { "\(try $0.value)" },
        "\(TimeSpan(nanoseconds: timing.duration))"
      ),
      ("--warmup", try warmup.map { "\(try $0.value)" }, "\(TimeSpan(nanoseconds: timing.warmup))"),
      ("--seed", seed.map { "\($0)" }, "\(plan.seed)"),
    ]
    if let anatomy, anatomy != plan.countsAnatomy {
      throw ValidationError(
        "'--anatomy' must be \(plan.countsAnatomy ? "given" : "left out") with '--resume', as in"
          + " \(directory).")
    }
    for case (let option, let given?, let planned) in options where given != planned {
      throw ValidationError(
        "'\(option)' must be \(planned) with '--resume', as in \(directory), got \(given).")
    }
    guard try goals.isEmpty || goals.goals(instead: plan.goals) == plan.goals else {
      throw ValidationError(
        "'--resume' goes on with the rounds, precision and budget of \(directory): leave them out.")
    }
    guard !isEmpty, try !isPlanned(by: plan) else { return }
    throw ValidationError(
      "'--resume' goes on with the suite in \(directory), which is another one than"
        + " '--preset', '--config', '--server' and '--client' give: leave them out, and give '--output"
        + " \(directory)'.")
  }

  /// Whether the suite is the one of a plan, whose pilot its rates are of.
  private func isPlanned(by plan: Plan) throws -> Bool {
    let file = try suiteFile()
    guard file.sweep.hasRateParts else { return Plan(file, seed: plan.seed) == plan }
    guard let paced = try? plan.pilot.map(file.paced) else { return false }
    return Plan(paced, seed: plan.seed) == plan
  }

  /// - Throws: `RunError` when the suite's loads are not for such a client.
  private func add(_ driver: Sweep.Driver, to sweep: inout Sweep) throws {
    let name = driver.client?.name ?? ""
    guard !sweep.drivers.contains(where: { $0.client?.name == name }) else {
      throw RunError("two clients are called '\(name)': give '--client' another name")
    }
    if let problem = sweep.problem(of: driver) { throw RunError("'--client' \(name): \(problem)") }
    sweep.drivers.append(driver)
  }

  /// `NAME=COMMAND`, checked.
  private static func driver(_ text: String) throws -> Sweep.Driver {
    do {
      return try Sweep.Driver(nameAndCommand: text)
    } catch {
      throw ValidationError("'--client' \(error), got \(text).")
    }
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
