internal import EchoIO

/// What the hosts of a suite are, and what each has in the rows: nothing of it is a mean over hosts.
struct HostSection {
  let result: SuiteResult

  /// The machines, as a part of where it was measured; nothing where that was one.
  var machines: [Document.Block] {
    guard let hosts = result.machine.hosts, !hosts.isEmpty else { return [] }
    let findings = hosts.flatMap { host in
      Preflight.check(host.machine, connections: result.plan.mostConnections)
        .map { Text("\(host.name): \($0)") }
    }
    return [
      .paragraph(
        "Server and clients ran on hosts, over a network; the table above is of the machine that started them."
      ),
      .table(
        Table(
          hosts,
          [
            Column("Host", .left, value: { legible($0.name) }),
            Column("Runs", .left, value: { $0.role.rawValue }),
            Column("Machine", .left, value: { legible($0.machine.line) }),
            Column("System", .left, value: { $0.machine.operatingSystem.map { legible($0) } }),
            Column("Load before", value: { $0.machine.loadAverage.map { fixed($0, 2) } }),
          ])),
      .list(findings),
    ].filter { $0 != .list([]) }
  }

  /// What each client host has in each row.
  var blocks: [Document.Block] {
    let shares = shares
    guard !shares.isEmpty else { return [] }
    return [
      .heading("What each client host measured", level: 2),
      .table(
        Table(
          shares,
          [
            Column("Row", .left, value: \.row),
            Column("Host", .left, value: \.host),
            Column("Connections", value: \.connections),
            Column("Messages/s", value: { $0.rate.map { grouped($0) } }),
            Column("Client CPU µs/msg", value: { $0.cpuPerMessage.map { fixed($0 / 1000, 2) } }),
            Column("Idle CPU", value: { $0.idle.map { "\(fixed(100 * $0, 0)) %" } }),
            Column("Sent again", value: { $0.retransmits.map { grouped(Double($0)) } }),
          ])),
      .paragraph(
        """
        Medians over the rounds, and of segments that were sent again the sum. A row's rate is the sum \
        of its clients', its percentiles are of one histogram that has every message, and its server's CPU time \
        was read on the server's host. What is of one machine is no figure of a row here: its idle CPU \
        time, its client's CPU time where there are several, and so its bottleneck are unknown; whether others \
        took CPU time meanwhile is not known, either.
        """),
    ]
  }

  private struct Share {
    let row: String
    let host: String
    let connections: Int
    let rate: Double?
    let cpuPerMessage: Double?
    let idle: Double?
    let retransmits: UInt64?
  }

  private var shares: [Share] {
    result.summaries.flatMap { summary -> [Share] in
      let readings = summary.rounds.flatMap { $0.hosts ?? [] }.filter { $0.client != nil }
      let names = summary.rounds.first?.hosts?.filter { $0.client != nil }.map(\.host) ?? []
      return names.map { name in
        share(summary.scenario.name, readings.filter { $0.host == name })
      }
    }
  }

  private func share(_ row: String, _ readings: [HostReading]) -> Share {
    let clients = readings.compactMap(\.client)
    let cpus = clients.filter { $0.completed > 0 }.map {
      Double($0.cpu.nanoseconds) / Double($0.completed)
    }
    let known = clients.compactMap(\.retransmits)
    return Share(
      row: row, host: legible(readings.first?.host ?? ""),
      connections: clients.first?.connections ?? 0,
      rate: Sample(clients.compactMap(\.messagesPerSecond))?.median,
      cpuPerMessage: Sample(cpus)?.median,
      idle: Sample(readings.compactMap { $0.machine?.idleShare })?.median,
      retransmits: known.isEmpty ? nil : known.reduce(0) { $0 &+ $1 })
  }
}

extension Summary {
  /// Whether any round ran on hosts.
  var ranOnHosts: Bool { rounds.contains { $0.hosts != nil } }

  /// Why nothing is said of a bottleneck there.
  static let hostBottleneck =
    "unknown: server and clients ran on hosts, each with idle CPU time of its own"

  /// For a cell; nil where there is none.
  var bottleneckWord: String? { bottleneck?.word ?? unknownBottleneck }

  /// The same, with the candidates.
  var bottleneckText: String? { bottleneck?.description ?? unknownBottleneck }

  private var unknownBottleneck: String? { ranOnHosts && keptRate != true ? "unknown" : nil }
}
