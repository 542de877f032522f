public import ArgumentParser
internal import EchoIO
public import EchoSuite

extension ComparisonFormat: ExpressibleByArgument {}

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract:
      "Compare two results of a suite: what changed, beyond what two runs differ by anyway.",
    discussion: """
      Scenarios are matched by server and load, not by name. Exits with 2 when something is worse by \
      more than the threshold with 99.9 % confidence, with 3 when a server that was right is wrong now, \
      with 1 when what ran before does not, or nothing can be compared.

      Examples:
        $ echobench compare results/before results/after
        $ echobench compare results/before results/after --threshold 10% --format json
      """)

  @Argument(help: "The folder of the suite to compare with.", completion: .directory)
  var base: String

  @Argument(help: "The folder of the suite that is compared.", completion: .directory)
  var new: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How much worse something has to be, for sure, to be a regression.", valueName: "percent"))
  var threshold = Given<Percentage>(argument: "5%")

  @Option(help: "What to print.")
  var format = ComparisonFormat.markdown

  @Option(
    help: "Write the comparison to this file instead of to standard output.", completion: .file())
  var output: String?

  @Flag(help: "Compare even if the results are of different machines.")
  var allowOtherMachine = false

  @Flag(help: "Compare even if different builds of echobench measured.")
  var allowOtherBuild = false

  func validate() throws {
    try threshold.check("--threshold")
  }

  func run() throws {
    let (before, now) = (try TrialLog.open(named: base), try TrialLog.open(named: new))
    try check(MachineDifference.all(base: before.machine, new: now.machine))
    let comparison = RunComparison(
      base: SuiteResult(before), new: SuiteResult(now), threshold: try threshold.value.fraction)
    try Output.write(try format.render(comparison), to: output)
    switch comparison.verdict {
    case .fine: break
    case .failed: throw ExitCode(1)
    case .regression: throw ExitCode(2)
    case .invalid: throw ExitCode(3)
    }
  }

  /// Ratios of different machines or programs are about these, and not about the servers.
  private func check(_ differences: [MachineDifference]) throws {
    let kinds = [
      (
        "machines", "--allow-other-machine", allowOtherMachine, differences.filter { !$0.isOfBuild }
      ),
      ("builds", "--allow-other-build", allowOtherBuild, differences.filter(\.isOfBuild)),
    ]
    for (kind, option, isAllowed, differences) in kinds where !isAllowed && !differences.isEmpty {
      let list = differences.map { "\($0)" }.joined(separator: "; ")
      throw RunError(
        "\(base) and \(new) are of different \(kind) (machine.json): \(list). Give '\(option)' to"
          + " compare them all the same.")
    }
  }
}
