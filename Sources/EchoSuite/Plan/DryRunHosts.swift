internal import EchoIO

extension DryRun {
  /// Where everything would run; nothing where that is this machine.
  var hosts: [Document.Block] {
    guard let hosts = plan.hosts else { return [] }
    let roles =
      [("server", hosts.server)]
      + hosts.clients.enumerated().map { ("client \($0.offset + 1)", $0.element) }
    return [
      .heading("Hosts", level: 2),
      .table(
        Table(
          roles,
          [
            Column("Host", .left, value: { $0.1.name }),
            Column("Runs", .left, value: { $0.0 }),
            Column("Command line", .left, value: { legible($0.1.agentLine, most: .max) }),
          ])),
      .paragraph(
        "The server listens at \(code: hosts.address), and the load of each row is divided among"
          + " \(plural(hosts.clients.count, "client")). None of these hosts was tried: that is done before"
          + " the first trial."),
    ]
  }
}

extension Host {
  fileprivate var agentLine: String { command.map(shell) ?? "echobench agent" }
}
