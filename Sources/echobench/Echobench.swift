internal import ArgumentParser
internal import EchoIO
internal import EchoSuite

@main
struct Echobench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "echobench",
    abstract: "Echo benchmarks that can be believed: serve, drive, compare.",
    discussion: """
      Examples:
        $ echobench server --backend libuv
        $ echobench client --workers 5 --size 64k
        $ echobench suite --preset quick
      """,
    version: Version.number,
    subcommands: [
      ServerCommand.self, ClientCommand.self, SuiteCommand.self, ReportCommand.self,
      CompareCommand.self, DuetCommand.self, AnatomyCommand.self, CalibrateCommand.self,
      BackendsCommand.self, DoctorCommand.self, MergeCommand.self, ObserveCommand.self,
      SuperviseCommand.self, TraceCommand.self, AgentCommand.self,
    ])

  static func main() {
    nameProcess("echobench")
    do {
      try openStandardDescriptors()
      StopSignal.endOnQuit()
      // Swift's runtime reads them in /proc/self/cmdline, and finds none where that is not.
      guard CommandLine.argc > 0 else {
        throw RunError("/proc is not there, which has this program's arguments: mount it")
      }
    } catch {
      Output.note("\(error)")
      exit(withError: ExitCode.failure)
    }
    main(nil)
  }
}
