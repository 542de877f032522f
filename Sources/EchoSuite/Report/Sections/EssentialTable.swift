internal import EchoIO

/// Every row in the few columns that most readers need.
struct EssentialTable {
  let result: SuiteResult

  /// Beyond so many rows it is for who asks.
  static let mostShown = 60

  var blocks: [Document.Block] {
    let rows = result.summaries
    guard !rows.isEmpty else { return [] }
    let table = Document.Block.table(Table(rows, columns(of: rows)))
    guard rows.count <= Self.mostShown else {
      return [.details("Every row in brief (\(rows.count))", [table])]
    }
    return [.heading("Every row in brief", level: 2), table]
  }

  private func columns(of rows: [Summary]) -> [Column<Summary>] {
    let engines = Set(rows.map(\.scenario.load.engine)).count > 1 ? [Column<Summary>.engine] : []
    let client = result.plan.hasClients ? [Column<Summary>.client] : []
    return [.module] + engines
      + [
        Column("Buffer", value: { $0.scenario.server.bufferBytes.map { ByteCount($0) } }),
        Column("Message", value: \.scenario.load.size),
      ] + Column.axes(of: rows) + client
      + [throughput, ratio, cost, time, Self.bottleneck, warnings]
  }

  /// With half the width of its interval.
  private let throughput = Column<Summary>(
    Metric.headline.title,
    value: { row in
      guard let figure = row[.headline] else {
        let isMeasured = row.status == .measured
        return isMeasured && row.roundsWithoutRate > 0 ? "no rate held" : row.statusText
      }
      let isOpen = row.scenario.load.rate != nil
      let precision = isOpen ? nil : figure.precision.map { " ±\(fixed(100 * $0, 0)) %" }
      return Metric.headline.text(figure.value) + (precision ?? "")
    })

  private var ratio: Column<Summary> {
    let comparisons = Dictionary(
      result.comparisons.filter { $0.subject == .servers }.map { ($0.summary.scenario, $0) },
      uniquingKeysWith: { first, _ in first })
    let references = Set(comparisons.values.map(\.reference.scenario))
    let names = uniqued(
      result.comparisons.filter { $0.subject == .servers }.map(\.reference.scenario.server.name))
    return Column(
      names.count == 1 ? "× \(names[0])" : "× reference",
      value: { row in
        guard let comparison = comparisons[row.scenario] else {
          return references.contains(row.scenario) ? "= 1" : nil
        }
        let metric = Metric.headline(of: row.scenario.load)
        guard let found = comparison[metric], let value = found.value else { return nil }
        return "\(VerdictSymbols.unicode[found.verdict]) \(ratioFigure(value))"
      })
  }

  private let cost = Column<Summary>(
    Metric.serverCPU.title,
    value: { row in row[.serverCPU].map { Metric.serverCPU.text($0.value) } })

  private let time = Column<Summary>(
    "p50–p99 µs",
    value: { row -> String? in
      guard let p50 = row[.p50] else { return nil }
      return "\(Metric.p50.text(p50.value))–\(row[.p99].map { Metric.p99.text($0.value) } ?? "?")"
    })

  private static let bottleneck = Column<Summary>("Bottleneck", .left, value: \.bottleneckWord)

  /// Their kinds; what they say in full is in the table of all figures.
  private var warnings: Column<Summary> {
    let plan = result.plan
    return Column(
      "Warnings", .left,
      value: { row in
        let words =
          (row.reasons.isEmpty ? [] : [String(row.reasons[0].prefix(40))])
          + row.warnings(of: plan).map(\.brief)
        return words.joined(separator: "; ")
      })
  }
}
