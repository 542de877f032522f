internal import EchoIO

/// What the hosts of a suite are, and what each has in the rows: nothing of it is a mean over hosts.
struct HostSection {
  let result: SuiteResult

  /// The machines, as a part of where it was measured; nothing where that was one.
  var machines: [Document.Block] {
    guard let hosts = result.machine.hosts, !hosts.isEmpty else { return [] }
    let findings = hosts.flatMap { host in
      Preflight.check(host.machine, connections: result.plan.mostConnections, as: host.role)
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

  /// What each host has in each row.
  var blocks: [Document.Block] {
    let shares = shares
    guard !shares.isEmpty else { return [] }
    return [
      .heading("What each host measured", level: 2),
      .table(
        Table(
          shares,
          [
            Column("Row", .left, value: \.row),
            Column("Host", .left, value: \.host),
            Column("Runs", .left, value: { $0.role.rawValue }),
            Column("Connections", value: \.connections),
            Column("Messages/s", value: { $0.rate.map { grouped($0) } }),
            Column("CPU µs/msg", value: { $0.cpuPerMessage.map { fixed($0 / 1000, 2) } }),
            Column("Idle CPU", value: { $0.idle.map { "\(fixed(100 * $0, 0)) %" } }),
            Column("Busiest thread", value: { $0.busiest.map { "\(fixed(100 * $0, 0)) %" } }),
            Column("Sent again", value: { $0.retransmits.map { grouped(Double($0)) } }),
          ])),
      .paragraph(
        """
        Medians over the rounds, and of segments that were sent again the sum. A row's rate is the sum \
        of its clients', its percentiles are of one histogram that has every message, and its server's CPU time \
        was read on the server's host. A row's bottleneck is told by the host that had least idle CPU time, and the \
        busiest thread of all clients. What a message costs a client is no figure of the row where there are \
        several; whether others took CPU time meanwhile is not known.\(clocks)
        """),
    ]
  }

  /// How far the windows of a trial lay apart at most, and how well that is known.
  private var clocks: String {
    let trials = result.summaries.flatMap(\.rounds).compactMap(\.hosts)
    guard let error = trials.joined().map(\.clock.error).max() else { return "" }
    let skews = trials.compactMap { hosts -> UInt64? in
      let starts = hosts.compactMap { $0.client?.start }
      guard starts.count > 1, let first = starts.min(), let last = starts.max() else { return nil }
      return last - first
    }
    func span(_ nanoseconds: UInt64) -> String { "\(fixed(Double(nanoseconds) / 1e6, 2)) ms" }
    let skew =
      skews.max().map { " The clients of a trial began within \(span($0)) of each other." } ?? ""
    return "\(skew) The clock of each host was known to within \(span(error))."
  }

  private struct Share {
    let row: String
    let host: String
    let role: HostMachine.Role
    var connections: Int?
    var rate: Double?
    var cpuPerMessage: Double?
    var idle: Double?
    var busiest: Double?
    var retransmits: UInt64?
  }

  private var shares: [Share] {
    result.summaries.flatMap { summary -> [Share] in
      let readings = summary.rounds.flatMap { $0.hosts ?? [] }
      let hosts = summary.rounds.first?.hosts ?? []
      return hosts.map { host in
        let own = readings.filter { $0.host == host.host && $0.role == host.role }
        switch host.role {
        case .server: return server(of: summary, own)
        case .client: return client(of: summary, own)
        }
      }
    }
  }

  private func share(of summary: Summary, _ readings: [HostReading]) -> Share {
    Share(
      row: summary.scenario.name, host: legible(readings.first?.host ?? ""),
      role: readings.first?.role ?? .client,
      idle: Sample(readings.compactMap { $0.machine?.idleShare })?.median)
  }

  private func server(of summary: Summary, _ readings: [HostReading]) -> Share {
    var share = share(of: summary, readings)
    share.rate = summary[.messagesPerSecond]?.value
    share.cpuPerMessage = summary[.serverCPU]?.value
    share.busiest = summary[.serverBusiest]?.value
    share.retransmits = sum(readings.compactMap { $0.tcp?.retransmits })
    return share
  }

  private func client(of summary: Summary, _ readings: [HostReading]) -> Share {
    let clients = readings.compactMap(\.client)
    let cpus = clients.filter { $0.completed > 0 }.map {
      Double($0.cpu.nanoseconds) / Double($0.completed)
    }
    var share = share(of: summary, readings)
    share.connections = clients.first?.connections
    share.rate = Sample(clients.compactMap(\.messagesPerSecond))?.median
    share.cpuPerMessage = Sample(cpus)?.median
    share.busiest = Sample(readings.compactMap(\.busiestThread))?.median
    share.retransmits = sum(clients.compactMap(\.retransmits))
    return share
  }

  private func sum(_ counts: [UInt64]) -> UInt64? {
    counts.isEmpty ? nil : counts.reduce(0) { $0 &+ $1 }
  }
}

extension Summary {
  /// Whether any round ran on hosts.
  var ranOnHosts: Bool { rounds.contains { $0.hosts != nil } }

  /// Why nothing is said of a bottleneck there.
  static let hostBottleneck =
    "unknown: not every host has told how much of its CPU time was idle"

  /// For a cell; nil where there is none.
  var bottleneckWord: String? { bottleneck?.word ?? unknownBottleneck }

  /// The same, with the candidates.
  var bottleneckText: String? { bottleneck?.description ?? unknownBottleneck }

  private var unknownBottleneck: String? { ranOnHosts && keptRate != true ? "unknown" : nil }
}
