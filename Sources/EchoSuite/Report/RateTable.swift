internal import EchoIO

extension RateReport {
  /// One row whose first columns are the blog's, for Markdown.
  public var table: Table {
    var table = Table([
      .init("Module", .left), .init("Server buffer size"), .init("Message size"),
      .init("Messages/s"), .init("MB/s"), .init("Engine", .left), .init("Condition", .left),
      .init("Did not hold/s"), .init("Limit", .left), .init("Remarks", .left),
    ])
    let nothing = rate == nil && valid ? [finding] : []
    let remarks = [error].compactMap { $0 } + invalidReasons + nothing + warnings
    table.append([
      target.address, "–", workload.load.mix.map { "\($0)" } ?? "\(workload.load.size.bytes)",
      rate.map { "\($0)" } ?? (valid || error != nil ? "–" : "INVALID"),
      bytesPerSecond.map { fixed($0 / ByteCount.perMB, 2) } ?? "–", workload.load.engine.rawValue,
      "\(condition)", failed.map { "\($0)" } ?? "–", limitText ?? "–",
      remarks.joined(separator: "; "),
    ])
    return table
  }

  /// A row for each window as raw figures, for CSV: nanoseconds and messages per second.
  public var flatTable: Table {
    let columns: [Column<RateWindow>] =
      [
        Column("kind", value: { $0.kind.rawValue }),
        Column("messages_per_second", value: { $0.rate }),
        Column("outcome", value: { $0.outcome?.rawValue }),
        Column("duration_ns", value: { $0.duration }),
        Column("achieved_per_second", value: { $0.achieved }, format: { fixed($0, 3) }),
      ]
      + LatencyFigure.allCases.map { figure in
        Column(
          "latency_\(figure.rawValue)_ns", value: { $0.latency[figure.rawValue] ?? nil },
          format: { fixed($0, 1) })
      }
      + [
        Column("client_busiest_thread", value: { $0.clientBusiest }, format: { fixed($0, 4) }),
        Column("server_busiest_thread", value: { $0.serverBusiest }, format: { fixed($0, 4) }),
        Column("client_limit", value: { $0.clientLimit }),
      ]
    return Table(windows, columns, unknown: "")
  }
}
