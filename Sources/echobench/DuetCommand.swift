internal import ArgumentParser
internal import EchoIO
internal import EchoSuite

struct DuetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "duet",
    abstract: "Compare what a message costs two servers in CPU time, both at the same moment.",
    discussion: """
      Says nothing of throughput and latency. Meant for two builds of one server. Exits with 2 when \
      the second costs more by over the threshold with 99.9 % confidence, with 1 when a check fails.

      Examples:
        $ echobench duet 'before=./old --listen {address}' 'after=./new --listen {address}'
        $ echobench duet 'a=./old {port}' 'b=./new {port}' --engine event --budget 5m --precision 0.5%
      """)

  @Argument(help: ArgumentHelp("What is compared with.", valueName: "name=command"))
  var base: String

  @Argument(help: ArgumentHelp("What is compared.", valueName: "name=command"))
  var new: String

  @OptionGroup var load: LoadOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How much more a message has to cost, for sure, to be a regression.", valueName: "percent"))
  var threshold = Given<Percentage>(argument: "0.5%")

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Stop when the ratio is known to within this.", valueName: "percent"))
  var precision = Given<Percentage>(argument: "0.5%")

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Stop when so much time has passed.", valueName: "duration"))
  var budget = Given<TimeSpan>(argument: "2m")

  @Option(name: .both("d"), parsing: .unconditional, help: "Length of each measured window.")
  var duration = Given<TimeSpan>(argument: "300ms")

  @Option(parsing: .unconditional, help: "Load before each window.")
  var warmup = Given<TimeSpan>(argument: "100ms")

  @Option(help: "Shuffles the order of what is measured. (default: drawn, and printed)")
  var seed: UInt64?

  func validate() throws {
    try threshold.check("--threshold")
    try precision.check("--precision")
    if try budget.check("--budget") == .milliseconds(0) {
      throw ValidationError("'--budget' must be more than 0s, got \(budget).")
    }
    let lengths = [
      ("--duration", duration, SuiteLimits.duration), ("--warmup", warmup, SuiteLimits.warmup),
    ]
    for (option, given, limits) in lengths {
      if let rule = limits.problem(try given.check(option)) {
        throw ValidationError("'\(option)' \(rule), got \(given).")
      }
    }
    let (base, new) = try scenarios
    guard base.server.name != new.server.name else {
      throw ValidationError("The two servers need different names, got \(new.server.name) twice.")
    }
  }

  func run() throws {
    let stop = StopSignal.onSignals
    if let complaint = BuildConfiguration.current.complaint { Output.note(complaint) }
    let seed = seed ?? .random(in: 1...999_999)
    let (base, new) = try scenarios
    let timing = Plan.Timing(
      duration: try duration.value, warmup: try warmup.value, timeout: .seconds(5))
    let run = DuetRun(
      DuetProcesses(timing, program: try .running(), until: stop),
      precision: try precision.value.fraction, budget: try budget.value, seed: seed)
    let (duet, isWhole): (Duet, Bool)
    do {
      (duet, isWhole) = try run.run(base: base, new: new) { duet, cycles in
        guard cycles.isMultiple(of: 10), let precision = duet.precision else { return }
        Output.note("cycle \(cycles): ± \(fixed(100 * precision, 2)) %")
      }
    } catch let failure as DuetFailure {
      throw RunError(failure.description)
    }
    let threshold = try threshold.value.fraction
    try Output.write(DuetReport(duet, threshold: threshold, seed: seed).markdown)
    if !isWhole, let signal = StopSignal.caughtSignal { throw ExitCode(128 + signal) }
    let status = Self.status(of: duet.outcome(beyond: threshold))
    if status != .success { throw status }
  }

  static func status(of outcome: Duet.Outcome) -> ExitCode {
    switch outcome {
    case .fine: .success
    case .doubtful: ExitCode(1)
    case .regression: ExitCode(2)
    case .invalid: ExitCode(3)
    }
  }

  private var scenarios: (base: Scenario, new: Scenario) {
    get throws { (try scenario(base), try scenario(new)) }
  }

  private func scenario(_ text: String) throws -> Scenario {
    do {
      return try Scenario(nameAndCommand: text, load: try load.loadOfOneSize)
    } catch let error as UnitError {
      throw ValidationError("'\(text)' \(error).")
    }
  }
}
