/// Draws what a message costs as bars.
struct CostPlot {
  let panel: CostPanel
  private let scale: Scale
  /// Where the bars begin, below the heading.
  private let top: Double

  private static let width = 440.0
  /// Where names end, and the bars begin.
  private static let names = 170.0
  private static let line = 21.0
  private static let headingLine = 17.0

  /// - Parameter others: those beside it, which have the same axis.
  init(_ panel: CostPanel, _ others: [CostPanel]) {
    self.panel = panel
    let most = others.flatMap(\.rows).compactMap(\.cost).max() ?? 1
    scale = Scale(.linear, 0...most, from: Self.names + 8, to: Self.width - 58)
    let lines = others.map { Self.lines($0).count }.max() ?? 1
    top = 25 + Self.headingLine * Double(lines)
  }

  var drawing: Drawing {
    let bottom = top + Double(panel.rows.count) * Self.line + 4
    var drawing = Drawing(width: Self.width, height: bottom + 44)
    for (index, line) in Self.lines(panel).enumerated() {
      let y = 14 + Double(index) * Self.headingLine
      drawing.append(Shape(.text(line, Point(0, y), .start, .strong), .ink))
    }
    let frame = Frame(
      left: scale.start, top: top - 4, width: scale.end - scale.start,
      height: bottom - top + 4)
    drawing.appendVerticalGrid(
      frame, scale, scale.ticks(atMost: 5).map { Tick(nanoseconds: $0) })
    for (index, row) in panel.rows.enumerated() {
      append(row, at: top + (Double(index) + 0.5) * Self.line, to: &drawing)
    }
    appendFloor(frame, to: &drawing)
    drawing.appendLegend(legend, at: Point(Self.names + 8, bottom + 32))
    return drawing
  }

  private static func lines(_ panel: CostPanel) -> [String] {
    Array(panel.heading.lines(atMost: 50).prefix(2))
  }

  private var legend: [LegendEntry] {
    [LegendEntry(.square, .kernel, "kernel"), LegendEntry(.square, .own, "own code")]
  }

  private func append(_ row: CostPanel.Row, at y: Double, to drawing: inout Drawing) {
    drawing.append(
      Shape(
        .text(row.server.shortened(to: 24), Point(Self.names, y + 4.5), .end), .ink,
        tip: row.server))
    guard let cost = row.cost else {
      if row.isInvalid {
        drawing.append(Mark.cross.shape(at: Point(scale.start + 6, y), .fewer))
      }
      drawing.append(
        Shape(
          .text(row.status, Point(scale.start + 18, y + 4), .start, .small),
          row.isInvalid ? .fewer : .muted))
      return
    }
    let end = scale(cost)
    let bar = { (from: Double, to: Double, paint: Paint, words: String) in
      Shape(
        .rectangle(Point(from, y - 6), width: to - from, height: 12), paint,
        tip: "\(row.server): \(words)")
    }
    if let share = row.kernelShare {
      let middle = scale(cost * share)
      let kernel = "kernel \(brief(nanoseconds: cost * share))"
      let own = "own code \(brief(nanoseconds: cost * (1 - share)))"
      drawing.append(bar(scale.start, middle, .kernel, kernel))
      drawing.append(bar(middle, end, .own, own))
    } else {
      drawing.append(bar(scale.start, end, .tie, "\(brief(nanoseconds: cost)), not divided"))
    }
    drawing.append(
      Shape(.text(brief(nanoseconds: cost), Point(end + 5, y + 4), .start, .small), .ink))
  }

  private func appendFloor(_ frame: Frame, to drawing: inout Drawing) {
    guard let floor = panel.floor, floor <= scale.values.upperBound else { return }
    let x = scale(floor)
    drawing.append(
      Shape(
        .line([Point(x, frame.top), Point(x, frame.bottom)], width: 1.5, dashed: true), .ink,
        tip: "floor \(brief(nanoseconds: floor))"))
    drawing.append(
      Shape(
        .text("floor \(brief(nanoseconds: floor))", Point(x, frame.top - 4), .start, .small),
        .muted))
  }
}
