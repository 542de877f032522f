internal import EchoIO

/// Servers × what varies within a situation, a table for each.
struct MatrixSection {
  let matrices: [RatioMatrix]

  var blocks: [Document.Block] {
    let shown = matrices.filter { $0.reference != nil }
    guard !shown.isEmpty else { return [] }
    return [.heading("Against the reference", level: 2)]
      + shown.flatMap { matrix -> [Document.Block] in
        [
          .paragraph("\(strong: AheadFinding(matrix).heading)"), .table(table(matrix)),
        ]
      } + [.paragraph(legend(shown))]
  }

  private func table(_ matrix: RatioMatrix) -> Table {
    let values = matrix.values.indices.map { place in
      Column<RatioMatrix.Row>(
        matrix.values[place].text.isEmpty ? matrix.metric.title : matrix.values[place].text,
        value: { matrix.text($0.cells[place], .unicode) })
    }
    let first = [Metric.serverCPU, .p99].map { metric in
      Column<RatioMatrix.Row>(
        metric.title, value: { row in row.cells[0].summary?[metric].map { metric.text($0.value) } })
    }
    let name = Column<RatioMatrix.Row>(matrix.ratioTitle, .left, value: \.server)
    return Table(matrix.rows, [name] + values + first)
  }

  private func legend(_ shown: [RatioMatrix]) -> Text {
    let place = shown.contains { $0.values.count > 1 } ? " of the first column of ratios" : ""
    let symbols = VerdictSymbols.unicode
    return """
      \(symbols.better) ahead and \(symbols.worse) behind, each 99.9 % sure; \(symbols.tie) a tie, shown to \
      be within \(wholePercent(Verdict.margin - 1)); \(symbols.undecided) undecided; \(symbols.invalid) \
      INVALID. The reference has its figure. Each server has the smallest buffer that the message fits; \
      CPU and p99 are those\(place).
      """
  }
}
