internal import ArgumentParser
internal import EchoIO
internal import EchoSuite

/// What a suite starts somebody's command with: nobody else has a use for it, so the help does not
/// list it.
struct SuperviseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "supervise",
    abstract: "Run a command until standard input ends, and leave nothing of it.",
    shouldDisplay: false)

  @Argument(parsing: .captureForPassthrough, help: "The command, the path of its program first.")
  var command: [String]

  func run() throws {
    throw ExitCode(try Supervisor.run(command).exitStatus)
  }
}
