/// Draws calls as a bar for each server, a part for each kind of call. All panels have the same axis.
struct CallsPlot {
  private let panels: [CallsPanel]

  init(_ panels: [CallsPanel]) {
    self.panels = panels
  }

  private static let width = 440.0
  private static let name = 132.0
  private static let nameLength = 17
  private static let wordsLength = 45
  private static let row = 22.0
  private static let line = 14.0
  private static let bar = 13.0
  private static let perLegendLine = 3

  func drawing(_ panel: CallsPanel) -> Drawing {
    let kinds = CallKind.allCases.filter { kind in
      panel.rows.contains { $0.parts.contains { $0.kind == kind } }
    }
    let top = 26 + 18 * Double((kinds.count + Self.perLegendLine - 1) / Self.perLegendLine) + 6
    let frame = Frame(
      left: Self.name + 10, top: top, width: Self.width - Self.name - 10 - 40,
      height: panel.rows.reduce(4) { $0 + height(of: $1) })
    var drawing = Drawing(width: Self.width, height: frame.bottom + 24)
    drawing.append(
      Shape(.text(panel.heading.shortened(to: 52), Point(0, 14), .start, .strong), .ink))
    appendLegend(kinds, to: &drawing)
    let most = panels.flatMap(\.rows).map(\.total).max() ?? 1
    let scale = frame.horizontal(.linear, 0...max(most, 1))
    drawing.appendVerticalGrid(frame, scale, scale.ticks(atMost: 6).map { Tick($0) })
    var y = frame.top + 4
    for row in panel.rows {
      append(row, at: y, scale, to: &drawing)
      y += height(of: row)
    }
    return drawing
  }

  private func height(of row: CallsPanel.Row) -> Double {
    Self.row + Self.line * Double(max(1, words(of: row).count))
  }

  /// In as many lines as it takes.
  private func words(of row: CallsPanel.Row) -> [String] {
    row.parts.map(\.words).reduce(into: []) { lines, words in
      guard let last = lines.last, last.room + words.room + 2 <= Self.wordsLength else {
        lines.append(words)
        return
      }
      lines[lines.count - 1] = "\(last), \(words)"
    }
  }

  private func appendLegend(_ kinds: [CallKind], to drawing: inout Drawing) {
    for start in stride(from: 0, to: kinds.count, by: Self.perLegendLine) {
      let line = kinds[start..<min(start + Self.perLegendLine, kinds.count)]
      drawing.appendLegend(
        line.map { LegendEntry(.square, $0.paint, $0.word) },
        at: Point(Self.name + 10, 32 + 18 * Double(start / Self.perLegendLine)))
    }
  }

  private func append(
    _ row: CallsPanel.Row, at top: Double, _ scale: Scale, to drawing: inout Drawing
  ) {
    drawing.append(
      Shape(
        .text(row.server.shortened(to: Self.nameLength), Point(Self.name, top + 11), .end), .ink,
        tip: row.server))
    var sum = 0.0
    for part in row.parts {
      let (left, right) = (scale(sum), scale(sum + part.calls))
      drawing.append(
        Shape(
          .rectangle(
            Point(left, top), width: max(0.5, right - left - 1), height: Self.bar, radius: 1),
          part.kind.paint))
      sum += part.calls
    }
    drawing.append(
      Shape(
        .text(AnatomySentence.count(row.total), Point(scale(sum) + 5, top + 11), .start, .strong),
        .ink))
    for (index, words) in words(of: row).enumerated() {
      drawing.append(
        Shape(
          .text(words, Point(scale.start, top + 26 + Self.line * Double(index)), .start, .small),
          .muted))
    }
  }
}
