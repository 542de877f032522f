internal import EchoIO
internal import Foundation

/// The ratios of a comparison of two runs, for reading and raw.
struct ComparisonTable {
  let comparison: RunComparison

  /// A line per scenario.
  var rows: Table {
    Table(
      comparison.rows,
      [
        Column("Module", .left, value: \.match.module),
        Column(
          "Server buffer size",
          value: { $0.match.new.scenario.server.bufferBytes.map { ByteCount($0) } }),
        Column("Load", .left, value: \.match.load),
      ] + metrics.flatMap { metric in columns(metric) { $0.ratios[metric.key] } })
  }

  /// Those that say something of any row.
  private var metrics: [Metric] {
    Metric.compared(under: comparison.rows.map(\.match.new.scenario.load))
  }

  /// A line per module with several rows, and one for all.
  var servers: Table {
    let all = Line(
      name: "all, drift included", count: comparison.rows.count, ratios: comparison.together)
    let lines = comparison.servers.map {
      Line(name: $0.match.module, count: $0.count, ratios: $0.ratios)
    }
    return Table(
      comparison.together.isEmpty ? lines : lines + [all],
      [
        Column("Module", .left, value: \.name),
        Column("Rows", value: \.count),
      ] + metrics.flatMap { metric in columns(metric) { $0.ratios[metric.key] } })
  }

  private struct Line {
    let name: String
    let count: Int
    let ratios: [Metric.Key: RunRatio]
  }

  private func columns<Row>(
    _ metric: Metric, _ ratio: @escaping @Sendable (Row) -> RunRatio?
  ) -> [Column<Row>] {
    let (comparison, limit) = (comparison, fixed(100 * comparison.threshold, 0))
    return [
      Column("\(metric.heading) ratio", value: ratio, format: { fixed($0.value, 2) }),
      Column("interval", value: ratio, format: { $0.interval().text { fixed($0, 2) } }),
      Column(
        "Verdict", .left, value: ratio,
        format: { ratio in
          let verdict = metric.better.map { "\(ratio.verdict(better: $0))" } ?? "–"
          return comparison.isRegression(ratio, metric) ? "\(verdict), beyond \(limit) %" : verdict
        }),
    ]
  }

  /// A line per scenario and metric, for other programs.
  var flat: Table {
    Table(
      comparison.rows.flatMap { row in
        Metric.compared.compactMap { metric in
          row.ratios[metric.key].map { Cell(match: row.match, metric: metric, ratio: $0) }
        }
      },
      Self.scenario + Self.axes + Self.figures + [
        Column(
          "regression", .left,
          value: { [comparison] in comparison.isRegression($0.ratio, $0.metric) })
      ], unknown: "")
  }

  private struct Cell {
    let match: RunMatch
    let metric: Metric
    let ratio: RunRatio
  }

  private static let scenario: [Column<Cell>] = [
    Column("module", value: \.match.new.scenario.server.name),
    Column("base_module", value: \.match.base.scenario.server.name),
    Column("buffer_bytes", value: \.match.new.scenario.server.bufferBytes),
  ]

  private static var axes: [Column<Cell>] {
    LoadAxis.all.map { axis in
      Column(axis.name, value: { $0.match.new.scenario.load }, format: axis.argument)
    }
  }

  private static let figures: [Column<Cell>] = [
    Column("metric", value: \.metric.key),
    Column("base", value: { $0.match.base[$0.metric]?.value }, format: { fixed($0, 1) }),
    Column("new", value: { $0.match.new[$0.metric]?.value }, format: { fixed($0, 1) }),
    Column("ratio", value: \.ratio.value, format: { fixed($0, 4) }),
    Column("interval_lower", value: { $0.ratio.interval().lower }, format: { fixed($0, 4) }),
    Column("interval_upper", value: { $0.ratio.interval().upper }, format: { fixed($0, 4) }),
    Column("interval_coverage", value: { $0.ratio.interval().coverage }, format: { fixed($0, 4) }),
    Column(
      "verdict",
      value: { cell in cell.metric.better.map { cell.ratio.verdict(better: $0).word } }),
    Column("shift", value: \.ratio.drift.change, format: { fixed($0, 4) }),
    Column("shift_rows", value: \.ratio.drift.rows),
    Column("drift_modules", value: \.ratio.drift.servers),
  ]
}

extension RunMatch {
  /// Whatever tells it from other loads: `1000 B, event`; and who drives, where that is another client
  /// than this program's own.
  var load: String {
    let client = new.scenario.client.map { ["client \($0.name)"] } ?? []
    return (new.scenario.load.labels + client).joined(separator: ", ")
  }
}

extension Drift {
  /// The shift as a share: −0.05 where all rows lost 5 %.
  var change: Double { exp(shift) - 1 }
}

extension Metric {
  /// Begins with a capital if it begins with a word: `p50` stays as it is.
  var heading: String {
    let name = comparedAs ?? clientsComparedAs ?? title
    let isWord = name.prefix { $0 != " " }.allSatisfy(\.isLetter)
    return isWord ? name.prefix(1).uppercased() + name.dropFirst() : name
  }
}
