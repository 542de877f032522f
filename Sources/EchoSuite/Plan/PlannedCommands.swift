extension Plan {
  /// A shell command that a plan has to run, and what its server or client is called. Every character of it is
  /// there, fit for a terminal.
  public struct Command: Hashable, Sendable {
    public let name: String
    public let line: String
  }

  /// Each once, in the order of the scenarios.
  public var commands: [Command] {
    var seen: Set<Command> = []
    return scenarios.flatMap { scenario -> [Command] in
      var commands: [Command] = []
      if case .command(let line) = scenario.server.kind {
        commands.append(Command(name: scenario.server.name, line: legible(line, most: .max)))
      }
      if let client = scenario.client {
        commands.append(
          Command(name: legible(client.name), line: legible(client.command, most: .max)))
      }
      return commands
    }.filter { seen.insert($0).inserted }
  }
}
