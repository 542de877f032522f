internal import EchoIO

extension MergeReport {
  /// As Markdown.
  public var markdown: String { document.markdown }

  /// As raw figures, for CSV: a row for each client, and one for all.
  public var csv: String { flatTable.csv }

  private var document: Document { Document(blocks: opening + figures + circumstances) }

  var title: String { "\(plural(shards.found, "client")) against \(target.address)" }

  /// What it is of, and why it is nothing, where it is nothing.
  var opening: [Document.Block] {
    [.heading(title, level: 1)] + [reasons].compactMap { $0 }
  }

  /// A row for each client, and how they were found.
  var figures: [Document.Block] { [.table(table), .paragraph(method)] }

  /// The server, and what a reader should know before believing all this.
  var circumstances: [Document.Block] {
    var blocks: [Document.Block] = []
    if let server {
      blocks += [.heading("The server", level: 2), .paragraph(text(of: server))]
    } else if valid {
      blocks += [.heading("The server", level: 2), .paragraph("\(Self.unknownServer).")]
    }
    if !warnings.isEmpty {
      blocks += [.heading("Warnings", level: 2), .list(warnings.map { Text($0) })]
    }
    return blocks
  }

  private var reasons: Document.Block? {
    guard !valid else { return nil }
    return .paragraph("\(strong: "INVALID"): \(invalidReasons.joined(separator: "; ")).")
  }

  private struct Row {
    let name: String
    var rate: Double?
    var bytes: Double?
    var percentiles: [String: UInt64?] = [:]
    var max: UInt64?
    var cpu: Double?
    var idle: Double?
    var retransmits: UInt64?
  }

  private var table: Table {
    let all = Row(
      name: "all", rate: throughput.messagesPerSecond, bytes: throughput.bytesPerSecond,
      percentiles: latency.percentiles, max: latency.max, retransmits: retransmits)
    let rows =
      clients.map { client in
        Row(
          name: client.name, rate: client.messagesPerSecond, percentiles: client.percentiles,
          max: client.max, cpu: client.cpuPerMessage, idle: client.idleShare,
          retransmits: client.retransmits)
      } + [all]
    let columns: [Column<Row>] =
      [
        Column("Client", .left, value: { $0.name }),
        Column("Messages/s", value: { $0.rate }, format: { fixed($0, 0) }),
        Column("MB/s", value: { $0.bytes }, format: { fixed($0 / 1_048_576, 2) }),
      ]
      + ClientReport.percentiles.map { name in
        Column("p\(name) µs", value: { $0.percentiles[name] ?? nil }, format: Self.microseconds)
      } + [
        Column("max µs", value: { $0.max }, format: Self.microseconds),
        Column("Client CPU µs/msg", value: { $0.cpu }, format: { fixed($0 / 1000, 2) }),
        Column("Idle", value: { $0.idle }, format: { "\(fixed(100 * $0, 0)) %" }),
        Column("Sent again", value: { $0.retransmits }),
      ]
    return Table(rows, columns)
  }

  private static let microseconds: @Sendable (UInt64) -> String = { fixed(Double($0) / 1000, 1) }

  private var method: Text {
    let load = workload
    let loop = load.rate.map { "open loop, \(grouped($0)) messages/s" } ?? "closed loop"
    return """
      \(found) clients, \(load.connections) connections\(way), \(load.size)-byte messages, \
      \(load.engine.rawValue) engine, verify \(load.verify.rawValue), \(loop); windows of \(windowText). \
      The rate of all is the sum of the clients'; its percentiles are those of one histogram that has every \
      message, and no mean of theirs. CPU is of each client, on its machine. This is one run: how far another would \
      be from it is not known.
      """
  }

  /// Said where no reading covers the window, without its end.
  static let unknownServer =
    "Nothing is known of the server, as what a message costs it, or whether it was the limit: 'echobench observe' on"
    + " its machine tells"

  private func text(of server: Server) -> Text {
    let cpu =
      server.cpuNanosecondsPerMessage.map { ", \(fixed($0 / 1000, 2)) µs per message" } ?? ""
    let busy =
      server.machineBusyShare.map { " Its machine was \(fixed(100 * $0, 0)) % busy." } ?? ""
    let softirq = server.softirqShare.flatMap { share in
      server.softirqCPU.map { " Packets took \(fixed(100 * share, 0)) % of CPU \($0)." }
    }
    return """
      Process \(server.process) on \(server.host) used \(fixed(server.cpus, 2)) CPUs\(cpu).\(busy)\
      \(softirq ?? "") Its machine sent \(server.tcp.retransmits) segments again, after \
      \(server.tcp.timeouts) timeouts, and refused \(server.tcp.listenOverflows) connections because of a full \
      backlog.
      """
  }

  private var flatTable: Table {
    let number: @Sendable (UInt64) -> String = { "\($0)" }
    var columns = [
      "client", "shard", "shards", "valid", "start_unix_ns", "duration_ns", "completed",
      "messages_per_second",
    ]
    columns += Self.latencyColumns
    columns += ["cpu_user_ns", "cpu_system_ns", "machine_idle_share", "retransmits"]
    var table = Table(columns.map { .init($0) })
    for client in clients {
      table.append(
        [
          client.id, client.shard.map { "\($0.index)" } ?? "",
          client.shard.map { "\($0.count)" } ?? "",
          "\(client.valid)", "\(client.start)", "\(window.duration)", "\(client.completed)",
          client.messagesPerSecond.map { fixed($0, 3) } ?? "",
        ]
          + ClientReport.percentiles.map { (client.percentiles[$0] ?? nil).map(number) ?? "" }
          + [client.max.map(number) ?? ""]
          + [
            "\(client.cpu.userNanoseconds)", "\(client.cpu.systemNanoseconds)",
            client.idleShare.map { fixed($0, 4) } ?? "", client.retransmits.map(number) ?? "",
          ])
    }
    table.append(
      [
        "all", "", shards.expected.map { "\($0)" } ?? "", "\(valid)", "\(window.start)",
        "\(window.duration)",
        "\(counts.completed)", throughput.messagesPerSecond.map { fixed($0, 3) } ?? "",
      ]
        + ClientReport.percentiles.map { (latency.percentiles[$0] ?? nil).map(number) ?? "" }
        + [latency.max.map(number) ?? "", "", "", "", retransmits.map(number) ?? ""])
    return table
  }

  private static var latencyColumns: [String] {
    ClientReport.percentiles.map { "latency_p\($0)_ns" } + ["latency_max_ns"]
  }
}
