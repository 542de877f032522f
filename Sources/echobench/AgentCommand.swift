internal import ArgumentParser
internal import EchoIO
internal import EchoSuite

/// What a suite starts on a host through a launcher: nobody else has a use for it, so the help does not list
/// it. It does what its input says, as whoever started it could by hand.
struct AgentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agent",
    abstract: "Serve and drive for a suite on another machine, until standard input ends.",
    shouldDisplay: false)

  func run() throws {
    raiseDescriptorLimit()
    let machine = try waitFor { await Machine.current(network: .network) }
    let session = try AgentSession(program: try .running(), until: .onSignals) {
      try Output.write($0)
    }
    try session.run(AgentHello(machine: machine))
  }
}
