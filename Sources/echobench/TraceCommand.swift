internal import ArgumentParser
internal import EchoIO
internal import EchoSuite

/// What an anatomy starts a server with: nobody else has a use for it, so the help does not list it.
struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Run a command, and count its system calls in a table of another process.",
    shouldDisplay: false)

  @Argument(help: "The path of the table.")
  var table: String

  @Argument(parsing: .captureForPassthrough, help: "The command, the path of its program first.")
  var command: [String]

  func run() throws {
    do throws(SystemError) {
      Tracer.end(as: try Tracer.run(command, countingIn: table))
    } catch {
      Output.write(toPerson: "\(error)\n")
      throw ExitCode(Self.unavailable)
    }
  }

  /// EX_UNAVAILABLE of sysexits.h.
  private static let unavailable: Int32 = 69
}
