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
      BackendsCommand.self, SuperviseCommand.self,
    ])

  static func main() {
    nameProcess("echobench")
    main(nil)
  }
}
