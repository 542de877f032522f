internal import EchoIO

/// The tables of a result, whose first columns are the blog's.
struct ResultTable {
  let result: SuiteResult

  private var published: PublishedFigures { .all }

  /// The rows of one engine.
  func table(_ engine: Engine) -> Table {
    let rows = result.summaries.filter { $0.scenario.load.engine == engine }
    let hasPublished = rows.contains { published.figure(for: $0.scenario) != nil }
    var table = Table(columns(hasPublished))
    for row in rows { table.append(figures(row) + extras(row, hasPublished) + [remarks(row)]) }
    return table
  }

  private func columns(_ hasPublished: Bool) -> [Table.Heading] {
    let extras = (isPinned ? ["CPUs"] : []) + (hasPublished ? ["Blog, Messages/s"] : [])
    return [
      .init("Module", .left), .init("Server buffer size"), .init("Message size"),
      .init("Messages/s"), .init("MB/s"), .init("95 % interval"), .init("p50 µs"), .init("p99 µs"),
      .init("Server CPU µs/msg"), .init("Client CPU µs/msg"), .init("Bottleneck", .left),
      .init("Server threads"),
    ] + extras.map { .init($0) } + [.init("Warnings", .left)]
  }

  /// Placement is shown once any scenario has one.
  private var isPinned: Bool { result.plan.scenarios.contains { $0.isPinned } }

  /// The columns that not every report has.
  private func extras(_ row: Summary, _ hasPublished: Bool) -> [String] {
    let places = [
      row.scenario.server.cpus.map { "server \($0)" },
      row.scenario.clientCPUs.map { "client \($0)" },
    ].compactMap { $0 }
    return (isPinned ? [places.isEmpty ? "–" : places.joined(separator: "; ")] : [])
      + (hasPublished ? [published.figure(for: row.scenario) ?? "–"] : [])
  }

  private func figures(_ row: Summary) -> [String] {
    let server = row.scenario.server
    let names = [
      server.name, server.bufferBytes.map { "\(ByteCount($0))" } ?? "–",
      "\(row.scenario.load.size)",
    ]
    guard let figures = row.figures else {
      let status = row.status == .invalid ? "INVALID" : row.status.rawValue
      return names + [status] + Array(repeating: "–", count: 8)
    }
    return names + [
      fixed(figures.messagesPerSecond.median, 0),
      fixed(figures.bytesPerSecond.median / bytesPerMB, 2),
      figures.messagesPerSecond.interval.text(digits: 0),
      microseconds(figures.p50, 1), microseconds(figures.p99, 1),
      microseconds(figures.serverCPU?.median, 2), microseconds(figures.clientCPU.median, 2),
      figures.bottleneck?.rawValue ?? "–", threads(figures),
    ]
  }

  /// Why there is no figure, and the warnings.
  private func remarks(_ row: Summary) -> String {
    let warnings = row.warnings(of: result.plan).map(\.label)
    return ((reason(row).map { [$0] } ?? []) + warnings).joined(separator: "; ")
  }

  /// The first reason, which is the one to know; how many others there are.
  private func reason(_ row: Summary) -> String? {
    guard let first = row.reasons.first else { return nil }
    let others = row.reasons.count - 1
    return others == 0 ? first : "\(first) (and \(others) more)"
  }

  /// Threads, and processes where there are several.
  private func threads(_ figures: Figures) -> String {
    guard let threads = figures.serverThreads else { return "–" }
    let processes = figures.serverProcesses ?? 1
    return processes > 1 ? "\(threads) in \(processes) processes" : "\(threads)"
  }

  private func microseconds(_ nanoseconds: Double?, _ digits: Int) -> String {
    nanoseconds.map { fixed($0 / 1000, digits) } ?? "–"
  }
}
