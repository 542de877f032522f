internal import ArgumentParser
internal import EchoIO
internal import EchoSuite
internal import Foundation

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say what on this machine spoils measurements, and what to type against it.",
    discussion: """
      Looks, and changes nothing. Takes half a second, in which it watches what else runs. Ends with 0 \
      whatever it finds: a machine is as it is. Scripts ask for --format json, which has the number of \
      warnings, and for each check whether it is fine, a warning, information, or unknown.

      Examples:
        $ echobench doctor
        $ echobench doctor --format json | jq .warnings
      """)

  @Option(help: "How to report: text or json.")
  var format = ReportFormat.text

  enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  func run() throws {
    let checkup = Checkup.ofThisMachine { usleep(500_000) }
    switch format {
    case .text: try Output.write("\(checkup)")
    case .json: try Output.write(Output.line(json: checkup))
    }
  }
}
