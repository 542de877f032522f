internal import ArgumentParser
internal import EchoIO
internal import EchoSuite

struct CalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Measure what this machine takes at least: system calls, messages, wake-ups.",
    discussion: """
      These are CPU times that every server here pays, whatever it is. Takes about a second; a suite \
      begins with it and keeps it in machine.json, which is what --format json prints.

      Examples:
        $ echobench calibrate
        $ echobench calibrate --format json
      """)

  @Option(help: "How to report: text or json.")
  var format = ReportFormat.text

  enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  func run() throws {
    let stop = StopSignal.onSignals
    var machine = try waitFor { await Machine.current() }
    for finding in Preflight.check(machine, connections: 1) { Output.note("\(finding)") }
    let floor: Floor?
    do throws(FloorFailure) {
      floor = try Floor.measure(until: stop)
    } catch {
      throw RunError("\(error)")
    }
    guard let floor else { throw ExitCode(128 + (StopSignal.caughtSignal ?? 0)) }
    machine.floor = floor
    switch format {
    case .text: try Output.write("\(FloorText(floor, of: machine))")
    case .json: try Output.write(try Output.line(json: machine))
    }
  }
}
