internal import EchoIO

/// A line with a bar for each row of a situation.
struct BarBlock {
  let matrix: RatioMatrix
  let style: TerminalStyle

  private struct Line {
    let label: String
    let row: RatioMatrix.Row
    let cell: RatioMatrix.Cell
  }

  /// Narrower terminals have no room for bars.
  private static let fewestColumns = 80
  private static let barColumns = 26

  var lines: [String] {
    let all = matrix.values.indices.flatMap { place in
      matrix.rows.filter { $0.cells[place].state != .missing }.enumerated().map { index, row in
        Line(
          label: index == 0 ? matrix.values[place].text : "", row: row, cell: row.cells[place])
      }
    }
    let most = all.compactMap { $0.cell.summary?[matrix.metric]?.value }.max() ?? 0
    var columns: [TerminalTable.Column] = [
      .init(title: "", cells: all.map { .init($0.label) }),
      .init(title: "", alignment: .left, cells: all.map { .init(name($0)) }),
    ]
    if style.columns >= Self.fewestColumns {
      columns.append(
        .init(
          title: matrix.metric.figure, alignment: .left, rank: 0,
          cells: all.map { .init(bar($0, most)) }))
    }
    columns += [
      .init(
        title: style.columns >= Self.fewestColumns ? "" : matrix.metric.figure,
        cells: all.map { .init(figure($0)) }),
      .init(title: "× \(matrix.reference ?? "")", alignment: .left, cells: all.map(ratio)),
      .init(title: "CPU/msg", rank: 2, cells: all.map { .init(figure($0, .serverCPU)) }),
      .init(title: "p99", rank: 1, cells: all.map { .init(figure($0, .p99)) }),
    ]
    return TerminalTable(columns: columns, style: style).lines
  }

  private func name(_ line: Line) -> String {
    line.cell.state == .invalid
      ? "\(line.row.server) \(style.symbols.invalid)" : line.row.server
  }

  private func bar(_ line: Line, _ most: Double) -> String {
    guard most > 0, let value = line.cell.summary?[matrix.metric]?.value else { return "" }
    return EchoSuite.bar(value / most, columns: Self.barColumns, isASCII: style.isASCII)
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
