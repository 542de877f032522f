extension Plan {
  /// A command that a plan has to run, and what its server, client or host is called. Every character of it is
  /// there, fit for a terminal.
  public struct Command: Hashable, Sendable {
    public let name: String
    public let line: String
  }

  /// Each once, in the order of the scenarios.
  public var commands: [Command] {
    var seen: Set<Command> = []
    let launchers = hosts.map { [$0.server] + $0.clients } ?? []
    return
      (launchers.compactMap(Self.command(of:))
      + scenarios.flatMap(Self.commands(of:))).filter { seen.insert($0).inserted }
  }

  private static func command(of host: Host) -> Command? {
    host.command.map { Command(name: legible(host.name), line: legible(shell($0), most: .max)) }
  }

  private static func commands(of scenario: Scenario) -> [Command] {
    var commands: [Command] = []
    if case .command(let line) = scenario.server.kind {
      commands.append(Command(name: scenario.server.name, line: legible(line, most: .max)))
    }
    if let client = scenario.client {
      commands.append(
        Command(name: legible(client.name), line: legible(client.command, most: .max)))
    }
    return commands
  }
}
