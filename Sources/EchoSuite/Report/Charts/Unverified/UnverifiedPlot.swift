/// Draws what is reported against what is echoed: two marks and the stretch between them.
struct UnverifiedPlot {
  let chart: UnverifiedChart
  private let scale: Scale

  private static let width = 440.0
  private static let left = 80.0
  private static let top = 52.0
  private static let line = 23.0

  /// - Parameter others: those beside it, which have the same axis.
  init(_ chart: UnverifiedChart, _ others: [UnverifiedChart]) {
    self.chart = chart
    scale = Scale(
      .linear, 0...(others.flatMap(\.values).max() ?? 1), from: Self.left + 8,
      to: Self.width - 74)
  }

  var drawing: Drawing {
    let bottom = Self.top + Double(chart.rows.count) * Self.line + 4
    var drawing = Drawing(width: Self.width, height: bottom + 44)
    drawing.append(
      Shape(
        .text(chart.heading.shortened(to: 50), Point(0, 14), .start, .strong), .ink,
        tip: chart.heading))
    let frame = Frame(
      left: scale.start, top: Self.top - 2, width: scale.end - scale.start,
      height: bottom - Self.top + 2)
    drawing.appendVerticalGrid(frame, scale, scale.ticks(atMost: 5).map { Tick($0) })
    drawing.append(
      Shape(.text("server buffer", Point(Self.left, Self.top - 10), .end, .small), .muted))
    drawing.append(
      Shape(
        .text("bytes back per byte", Point(Self.width, Self.top - 10), .end, .small), .muted))
    for (index, row) in chart.rows.enumerated() {
      append(row, at: Self.top + (Double(index) + 0.5) * Self.line, to: &drawing)
    }
    drawing.appendLegend(legend, at: Point(0, bottom + 34))
    return drawing
  }

  private var legend: [LegendEntry] {
    let entries = [
      LegendEntry(.square, .fewer, "reported, unverified"), LegendEntry(.dot, .more, "echoed"),
    ]
    let isPublished = chart.rows.contains { $0.published != nil }
    return entries + (isPublished ? [LegendEntry(.cross, .ink, "as published")] : [])
  }

  private func append(
    _ row: UnverifiedChart.Row, at y: Double, to drawing: inout Drawing
  ) {
    drawing.append(Shape(.text(row.label, Point(Self.left, y + 4.5), .end), .ink))
    if let reported = row.reported, let echoed = row.echoed {
      drawing.append(
        Shape(
          .line([Point(scale(echoed), y), Point(scale(reported), y)], width: 1.5), .fewer,
          tip: "\(row.label): \(fixed(reported / echoed, 1)) times what is echoed"))
    }
    let marks: [(Double?, Mark, Paint, String)] = [
      (row.reported, .square, .fewer, "reported, unverified"), (row.echoed, .dot, .more, "echoed"),
      (row.published, .cross, .ink, "as published"),
    ]
    for (value, mark, paint, words) in marks {
      guard let value else { continue }
      drawing.append(
        mark.shape(
          at: Point(scale(value), y), paint, radius: 4.2,
          tip: "\(row.label): \(brief(value)) messages/s \(words)"))
    }
    if let bytes = row.bytesBack {
      drawing.append(
        Shape(
          .text(fixed(bytes, 1), Point(Self.width, y + 4.5), .end),
          bytes > 1.005 ? .fewer : .ink))
    }
  }
}
