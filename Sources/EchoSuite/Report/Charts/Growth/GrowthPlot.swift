/// Draws one figure of all servers over an axis of numbers, both logarithmic, with names at the ends of
/// the lines.
struct GrowthPlot {
  let chart: GrowthChart

  private static let frame = Frame(left: 62, top: 44, width: 236, height: 170)
  private static let width = 440.0

  init(_ chart: GrowthChart) { self.chart = chart }

  var drawing: Drawing {
    let frame = Self.frame
    var drawing = Drawing(width: Self.width, height: frame.bottom + 44)
    drawing.append(
      Shape(.text(chart.title.shortened(to: 50), Point(0, 14), .start, .strong), .ink))
    drawing.append(Shape(.text(subtitle, Point(0, 31), .start, .small), .muted))
    let numbers = chart.axis.values.compactMap { Double($0.argument) }
    let x = frame.horizontal(.logarithmic, (numbers.min() ?? 1)...(numbers.max() ?? 2))
    let values = chart.lines.flatMap(\.points).map(\.value)
    let y = frame.vertical(
      .logarithmic, (values.min() ?? 1) / 1.15...(values.max() ?? 2) * 1.15)
    drawing.appendHorizontalGrid(frame, y, ticks(y))
    drawing.appendVerticalGrid(frame, x, x.ticks(atMost: 5).map { Tick($0) })
    drawing.append(
      Shape(
        .text(chart.axis.growing, Point(frame.left, frame.bottom + 32), .start, .small), .muted))
    // Named ones lie above the others.
    for line in chart.lines.sorted(by: { !$0.isNamed && $1.isNamed }) {
      append(line, x, y, to: &drawing)
    }
    appendNames(x, y, to: &drawing)
    return drawing
  }

  private var subtitle: String {
    let better =
      switch chart.metric.better {
      case .higher: "more is better"
      case .lower: "less is better"
      case nil: ""
      }
    return [better, chart.situation ?? ""].filter { !$0.isEmpty }.joined(separator: "; ")
      .shortened(to: 60)
  }

  private func ticks(_ scale: Scale) -> [Tick] {
    switch chart.metric.unit {
    case "ns": scale.ticks(atMost: 6).map { Tick(nanoseconds: $0) }
    case "bytes":
      Scale(
        .logarithmic, scale.values.lowerBound / 1024...scale.values.upperBound / 1024, from: 0,
        to: 1
      ).ticks(atMost: 6).map { Tick($0 * 1024, "\(Tick($0).text) KiB") }
    default: scale.ticks(atMost: 6).map { Tick($0) }
    }
  }

  private func append(
    _ line: GrowthChart.Line, _ x: Scale, _ y: Scale, to drawing: inout Drawing
  ) {
    let points = line.points.map { Point(x($0.number), y($0.value)) }
    drawing.append(
      Shape(.line(points, width: line.isNamed ? 2 : 1), line.paint, tip: line.server))
    for (point, spot) in zip(points, line.points) where line.isNamed {
      let tip = "\(line.server), \(brief(spot.number)): \(chart.text(spot.value))"
      drawing.append(Mark.dot.shape(at: point, line.paint, radius: 3, tip: tip))
    }
    if let end = line.end, let last = points.last {
      drawing.append(
        Mark.cross.shape(at: Point(last.x + 10, last.y), .fewer, tip: end))
    }
  }

  /// Beside the ends of their lines, and led to them.
  private func appendNames(_ x: Scale, _ y: Scale, to drawing: inout Drawing) {
    let named = chart.lines.filter(\.isNamed)
    let ends = named.compactMap(\.points.last).map { Point(x($0.number), y($0.value)) }
    let heights = spread(
      ends.map(\.y), gap: 16, within: Self.frame.top...max(Self.frame.bottom, Self.frame.top + 1))
    for (index, line) in named.enumerated() {
      let (end, height) = (ends[index], heights[index])
      let start = end.x + (line.end == nil ? 5 : 17)
      drawing.append(
        Shape(
          .line([Point(start, end.y), Point(Self.frame.right + 20, height)], width: 0.7), line.paint
        ))
      drawing.append(
        Shape(
          .text(
            line.server.shortened(to: 17), Point(Self.frame.right + 23, height + 4.5), .start,
            .small), line.paint, tip: line.server))
    }
  }
}
