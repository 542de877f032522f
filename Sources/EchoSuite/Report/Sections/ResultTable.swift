internal import EchoIO

/// The tables of a result, whose first columns are the blog's.
struct ResultTable {
  let result: SuiteResult

  /// The rows of one engine.
  func table(_ engine: Engine) -> Table {
    let rows = result.summaries.filter { $0.scenario.load.engine == engine }
    let isPublished = rows.contains { Column.published.text($0) != nil }
    return Table(
      rows,
      [.module, .bufferSize, .messageSize] + threadsGiven(rows) + socketsGiven(rows)
        + Column.axes(of: rows)
        + (hasClients ? [.client] : [])
        + figures(.throughput, rows) + interval(of: rows)
        + figures(.cost, rows) + [bottleneck]
        + figures(.server, rows) + [threads]
        + (isPinned ? [placement] : []) + (isPublished ? [.published] : []) + [remarks])
  }

  /// Threads as the servers were told, where they were not told the same.
  private func threadsGiven(_ rows: [Summary]) -> [Column<Summary>] {
    guard Set(rows.map(\.scenario.server.threads)).count > 1 else { return [] }
    return [Column("Threads", value: \.scenario.server.threads)]
  }

  /// How the servers set their sockets, where that is not the same.
  private func socketsGiven(_ rows: [Summary]) -> [Column<Summary>] {
    guard Set(rows.map(\.scenario.server.sockets)).count > 1 else { return [] }
    return [
      Column(
        "Server sockets", .left,
        value: { $0.scenario.server.sockets?.labels.joined(separator: ", ") })
    ]
  }

  private func figures(_ group: Metric.Group, _ rows: [Summary]) -> [Column<Summary>] {
    let metrics = Metric.inTable(of: rows.map(\.scenario.load))
    return metrics.filter { $0.group == group }.flatMap { metric -> [Column<Summary>] in
      let figure = Column<Summary>(
        metric.title,
        value: { row in
          row[metric].map { metric.text($0.value) }
            ?? (metric == .headline && row.status != .measured ? row.statusText : nil)
        })
      return metric == .p50 ? [figure] + timeInterval(of: rows) : [figure]
    }
  }

  /// Of Messages/s, or the rate that holds: none where that is what was offered.
  private func interval(of rows: [Summary]) -> [Column<Summary>] {
    guard rows.contains(where: { $0.scenario.load.rate == nil }) else { return [] }
    return [
      Column(
        "95 % interval",
        value: { row in
          let load = row.scenario.load
          return load.rate == nil ? row[.throughput(of: load)]?.interval : nil
        },
        format: { $0.text(Metric.headline.text) })
    ]
  }

  /// Of p50, where that stands for the row.
  private func timeInterval(of rows: [Summary]) -> [Column<Summary>] {
    guard rows.contains(where: { $0.scenario.load.rate != nil }) else { return [] }
    return [
      Column(
        "p50 interval", value: { $0.scenario.load.rate != nil ? $0[.p50]?.interval : nil },
        format: { $0.text(Metric.p50.text) })
    ]
  }

  private let bottleneck = Column<Summary>(
    "Bottleneck", .left, value: \.bottleneckText)

  /// Threads, and processes where there are several.
  private let threads = Column<Summary>(
    "Server threads",
    value: { row -> String? in
      guard let threads = row[.serverThreads] else { return nil }
      let text = Metric.serverThreads.text(threads.value)
      guard let processes = row[.serverProcesses], processes.value > 1 else { return text }
      return "\(text) in \(Metric.serverProcesses.text(processes.value)) processes"
    })

  /// Who drove is shown once there are several.
  private var hasClients: Bool { result.plan.hasClients }

  /// Placement is shown once any scenario has one.
  private var isPinned: Bool { result.plan.scenarios.contains { $0.isPinned } }

  private let placement = Column<Summary>(
    "CPUs",
    value: { row -> String? in
      let places = [
        row.scenario.server.cpus.map { "server \($0)" },
        row.scenario.clientCPUs.map { "client \($0)" },
      ].compactMap { $0 }
      return places.isEmpty ? nil : places.joined(separator: "; ")
    })

  /// Why there is no figure, and the warnings.
  private var remarks: Column<Summary> {
    let plan = result.plan
    return Column(
      "Warnings", .left,
      value: { row in
        (Self.reason(row) + row.warnings(of: plan).map(\.label)).joined(separator: "; ")
      })
  }

  /// The first reason, which is the one to know; how many others there are.
  private static func reason(_ row: Summary) -> [String] {
    guard let first = row.reasons.first else { return [] }
    let others = row.reasons.count - 1
    return [others == 0 ? first : "\(first) (and \(others) more)"]
  }
}
