internal import EchoIO

/// A line with a bar for each row of a situation.
struct BarBlock {
  let matrix: RatioMatrix
  let style: TerminalStyle

  private struct Line {
    let place: Int
    let label: String
    let row: RatioMatrix.Row
    let cell: RatioMatrix.Cell
  }

  /// Narrower terminals have no room for bars.
  private static let fewestColumns = 80
  /// How long a bar is: as long as there is room.
  private static let barColumns = 8...26

  var lines: [String] {
    let all = matrix.values.indices.flatMap { place in
      matrix.rows.filter { $0.cells[place].state != .missing }.enumerated().map { index, row in
        Line(
          place: place, label: index == 0 ? matrix.values[place].text : "", row: row,
          cell: row.cells[place])
      }
    }
    let hasBars = style.columns >= Self.fewestColumns
    let names: [TerminalTable.Column] = [
      .init(title: "", cells: all.map { .init($0.label) }),
      .init(title: "", alignment: .left, cells: all.map { .init(name($0)) }),
    ]
    let figures: [TerminalTable.Column] = [
      .init(title: hasBars ? "" : matrix.metric.figure, cells: all.map { .init(figure($0)) }),
      .init(title: "× \(matrix.reference ?? "")", alignment: .left, cells: all.map(ratio)),
      .init(title: "CPU/msg", rank: 2, cells: all.map { .init(figure($0, .serverCPU)) }),
      .init(title: "p99", rank: 1, cells: all.map { .init(figure($0, .p99)) }),
    ]
    let bars = hasBars ? [bars(all, beside: names + figures)] : []
    return TerminalTable(columns: names + bars + figures, style: style).lines
  }

  private func bars(_ all: [Line], beside others: [TerminalTable.Column]) -> TerminalTable.Column {
    let room = style.columns - TerminalTable.width(others) - 2
    let length = max(Self.barColumns.lowerBound, min(room, Self.barColumns.upperBound))
    // A bar is a share of the longest beside it: a large message and a small one are different things.
    let most = Dictionary(grouping: all, by: \.place).mapValues { lines in
      lines.compactMap { $0.cell.summary?[matrix.metric]?.value }.max() ?? 0
    }
    return TerminalTable.Column(
      title: matrix.metric.figure, alignment: .left, rank: 3,
      cells: all.map { line in
        guard let most = most[line.place], most > 0,
          let value = line.cell.summary?[matrix.metric]?.value
        else {
          return .init("")
        }
        return .init(bar(value / most, columns: length, isASCII: style.isASCII))
      })
  }

  private func name(_ line: Line) -> String {
    line.cell.state == .invalid
      ? "\(line.row.server) \(style.symbols.invalid)" : line.row.server
  }

  /// With half the width of its interval where that is wide.
  private func figure(_ line: Line) -> String {
    guard let text = matrix.figure(line.cell, matrix.metric) else {
      return line.cell.summary?.statusText ?? ""
    }
    let precision = line.cell.summary?.precision ?? 0
    return precision > SuiteWarning.wantedPrecision
      ? "\(text) ±\(fixed(100 * precision, 0)) %" : text
  }

  private func figure(_ line: Line, _ metric: Metric) -> String {
    matrix.figure(line.cell, metric) ?? ""
  }

  private func ratio(_ line: Line) -> TerminalTable.Cell {
    line.cell.state == .reference
      ? .init("= 1")
      : .init(
        line.cell.state == .compared ? matrix.text(line.cell, style.symbols) : "",
        line.cell.colour(matrix.metric))
  }
}

/// Servers × values, with ratios in the cells.
struct MatrixBlock {
  let matrix: RatioMatrix
  let style: TerminalStyle

  var lines: [String] {
    let (shown, wrong) = (
      matrix.rows.filter { !$0.isInvalid }, matrix.rows.filter(\.isInvalid)
    )
    let values = matrix.values.indices.map { place in
      TerminalTable.Column(
        title: matrix.values[place].text, alignment: .right,
        rank: place == 0 ? nil : 2 + matrix.values.count - place,
        cells: shown.map {
          .init(matrix.text($0.cells[place], style.symbols), $0.cells[place].colour(matrix.metric))
        })
    }
    let first = [(Metric.serverCPU, "CPU/msg*", 2), (.p99, "p99*", 1)].map { metric, title, rank in
      TerminalTable.Column(
        title: title, rank: rank,
        cells: shown.map { .init(matrix.figure($0.cells[0], metric) ?? "") })
    }
    let name = TerminalTable.Column(
      title: "  \(matrix.ratioTitle)", alignment: .left,
      cells: shown.map { .init("  \($0.server)") })
    let table = TerminalTable(columns: [name] + values + first, style: style).lines
    let refused = wrong.map { row in
      let reason = row.cells.lazy.compactMap(\.summary?.reasons.first).first ?? ""
      return style.plain("  \(row.server)  \(style.symbols.invalid) INVALID  \(reason)")
        .clipped(to: style.columns, mark: style.isASCII ? "..." : "…")
    }
    let footnote = matrix.situation.at([0])
    return table + refused + (footnote.isEmpty ? [] : ["  *\(style.plain(footnote))."])
  }
}

extension RatioMatrix.Row {
  /// Nothing of it is to be believed.
  fileprivate var isInvalid: Bool {
    cells.contains { $0.state == .invalid }
      && cells.allSatisfy { [.invalid, .missing].contains($0.state) }
  }
}

extension RatioMatrix.Cell {
  fileprivate func colour(_ metric: Metric) -> TerminalStyle.Colour? {
    switch self[metric]?.verdict {
    case .better: .better
    case .worse: .worse
    case .tie, .undecided, nil: nil
    }
  }
}
