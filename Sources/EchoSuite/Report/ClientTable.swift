public import EchoIO

extension ClientReport {
  /// One row whose first columns are the blog's, for Markdown.
  public var table: Table {
    var table = Table([
      .init("Module", .left), .init("Server buffer size"), .init("Message size"),
      .init("Messages/s"), .init("MB/s"), .init("Engine", .left), .init("p50 µs"),
      .init("p99 µs"), .init("Errors"), .init("Remarks", .left),
    ])
    let remarks =
      [error].compactMap { $0 } + invalidReasons + ClientWarning.all(of: self).map { "\($0)" }
    table.append([
      target.address, "–", "\(workload.load.size.bytes)",
      throughput.messagesPerSecond.map { fixed($0, 0) } ?? (error == nil ? "INVALID" : "–"),
      throughput.bytesPerSecond.map { fixed($0 / 1_048_576, 2) } ?? "–",
      workload.load.engine.rawValue, microseconds("50"), microseconds("99"),
      "\(counts.errors.values.reduce(0, +))", remarks.joined(separator: "; "),
    ])
    return table
  }

  /// The same as raw figures, for CSV: nanoseconds and bytes.
  public var flatTable: Table {
    let columns: [(String, String)] =
      [
        ("target", target.address), ("workers", "\(workload.load.workers)"),
        ("connections", "\(workload.load.connections)"),
        ("size_bytes", "\(workload.load.size.bytes)"),
        ("engine", workload.load.engine.rawValue), ("verify", workload.load.verification.rawValue),
        ("valid", "\(valid)"), ("partial", "\(partial)"), ("duration_ns", "\(window.duration)"),
        ("completed", "\(counts.completed)"),
        ("messages_per_second", throughput.messagesPerSecond.map { fixed($0, 3) } ?? ""),
        ("bytes_per_second", throughput.bytesPerSecond.map { fixed($0, 3) } ?? ""),
        ("latency_min_ns", latency.min.map { "\($0)" } ?? ""),
        ("latency_mean_ns", latency.mean.map { fixed($0, 1) } ?? ""),
      ]
      + Self.percentiles.map { name in
        ("latency_p\(name)_ns", (latency.percentiles[name] ?? nil).map { "\($0)" } ?? "")
      }
      + [
        ("latency_max_ns", latency.max.map { "\($0)" } ?? ""),
        ("cpu_user_ns", "\(cpu.userNanoseconds)"), ("cpu_system_ns", "\(cpu.systemNanoseconds)"),
        ("served", "\(connections.served)"),
        ("idle_connections", "\(workload.load.idle ?? 0)"),
        ("transport", workload.load.transport.rawValue),
        ("nodelay", sockets?.nodelay.map { Switch($0).rawValue } ?? ""),
        ("send_buffer_bytes", sockets.map { "\($0.sendBufferBytes)" } ?? ""),
        ("receive_buffer_bytes", sockets.map { "\($0.receiveBufferBytes)" } ?? ""),
        ("fairness", connections.fairness.map { fixed($0, 4) } ?? ""),
        ("unfinished", counts.unfinished.map { "\($0)" } ?? ""),
        ("oldest_unfinished_ns", counts.oldestUnfinished.map { "\($0)" } ?? ""),
      ]
      + FailureKind.allCases.map { ("errors_\($0.rawValue)", "\(counts.errors[$0.rawValue] ?? 0)") }
      + [("reasons", ([error].compactMap { $0 } + invalidReasons).joined(separator: "; "))]
    var table = Table(columns.map { .init($0.0) })
    table.append(columns.map(\.1))
    return table
  }

  private func microseconds(_ percentile: String) -> String {
    (latency.percentiles[percentile] ?? nil).map { fixed(Double($0) / 1000, 1) } ?? "–"
  }
}
