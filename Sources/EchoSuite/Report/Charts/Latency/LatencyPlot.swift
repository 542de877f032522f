/// Draws latencies by percentile: 1 ÷ (1 − p) from left to right, so that every nine has as much room,
/// and time upwards, both logarithmic. All panels have the same axes.
struct LatencyPlot {
  private let percentiles: ClosedRange<Double>
  private let times: ClosedRange<Double>

  init(_ panels: [LatencyPanel]) {
    let steps = panels.flatMap(\.lines).flatMap(\.ladder.steps).filter {
      $0.percentile >= Self.firstPercentile
    }
    let values = steps.map { max(1, Double($0.nanoseconds)) }
    times = (values.min() ?? 1) / 1.15...(values.max() ?? 1) * 1.15
    let last = steps.map { Self.rest($0.percentile) }.max() ?? 10
    percentiles = Self.rest(Self.firstPercentile)...max(last, 10)
  }

  /// The fastest messages say little of a server, and their line would take the most of the height.
  private static let firstPercentile = 20.0

  /// 1 ÷ (1 − p): of as many messages one takes longer.
  private static func rest(_ percentile: Double) -> Double { 100 / (100 - percentile) }

  private static let width = 440.0
  private static let frame = Frame(left: 52, top: 40, width: 234, height: 190)
  private static let lineOfLabel = 29.0
  /// In strong letters, which are wider, the reference's.
  private static let nameLength = (plain: 17, strong: 15)

  func drawing(_ panel: LatencyPanel) -> Drawing {
    let frame = Self.frame
    var drawing = Drawing(width: Self.width, height: frame.bottom + 40)
    drawing.append(
      Shape(.text(panel.heading.shortened(to: 52), Point(0, 14), .start, .strong), .ink))
    drawing.append(Shape(.text(panel.aside, Point(0, 31), .start, .small), .muted))
    let across = frame.horizontal(.logarithmic, percentiles)
    let up = frame.vertical(.logarithmic, times)
    drawing.appendVerticalGrid(frame, across, percentileTicks)
    drawing.appendHorizontalGrid(
      frame, up, up.ticks(atMost: 6).map { Tick(nanoseconds: $0) })
    drawing.append(
      Shape(
        .text(
          "of 100 messages, so many took at most as long", Point(frame.left, frame.bottom + 33),
          .start, .small), .muted))
    for line in panel.unnamed { append(line, .tie, width: 0.7, across, up, to: &drawing) }
    append(named: panel.named, across, up, to: &drawing)
    return drawing
  }

  /// Half, and each nine.
  private var percentileTicks: [Tick] {
    [(50.0, "50"), (90, "90"), (99, "99"), (99.9, "99.9"), (99.99, "99.99"), (99.999, "99.999")]
      .map { Tick(Self.rest($0), $1) }.filter { percentiles.contains($0.value) }
  }

  private func points(_ line: LatencyPanel.Line, _ across: Scale, _ up: Scale) -> [Point] {
    line.ladder.steps.filter { $0.percentile >= Self.firstPercentile }.map {
      Point(across(Self.rest($0.percentile)), up(Double($0.nanoseconds)))
    }
  }

  private func append(
    _ line: LatencyPanel.Line, _ paint: Paint, width: Double, _ across: Scale, _ up: Scale,
    to drawing: inout Drawing
  ) {
    drawing.append(
      Shape(
        .line(points(line, across, up), width: width), paint,
        tip: "\(line.server): \(line.figures)"))
  }

  /// The lines with their names beside their ends.
  private func append(
    named lines: [LatencyPanel.Line], _ across: Scale, _ up: Scale, to drawing: inout Drawing
  ) {
    let frame = Self.frame
    let ends = lines.map { points($0, across, up).last ?? Point(frame.right, frame.bottom) }
    let heights = spread(
      ends.map(\.y), gap: Self.lineOfLabel, within: frame.top + 8...frame.bottom + 14)
    for (line, (end, height)) in zip(lines, zip(ends, heights)) {
      let paint = paint(of: line, among: lines)
      append(line, paint, width: line.isReference ? 2.4 : 1.8, across, up, to: &drawing)
      drawing.append(
        Shape(.line([end, Point(frame.right + 10, height)], width: 0.8, dashed: true), paint))
      drawing.append(Shape(.dot(end, radius: 3), paint, tip: "\(line.server): \(line.figures)"))
      let left = frame.right + 14
      drawing.append(
        Shape(
          .text(
            line.server.shortened(
              to: line.isReference ? Self.nameLength.strong : Self.nameLength.plain),
            Point(left, height + 4), .start, line.isReference ? .strong : .plain), paint,
          tip: line.server))
      drawing.append(
        Shape(.text(line.figures, Point(left, height + 18), .start, .small), .muted))
    }
  }

  /// Ink for the reference, and a colour for each of the others.
  private func paint(of line: LatencyPanel.Line, among lines: [LatencyPanel.Line]) -> Paint {
    if line.isReference { return .ink }
    let others = lines.filter { !$0.isReference }
    let colours: [Paint] = [
      .series1, .series2, .series3, .series4, .series5, .series7, .series6,
    ]
    return colours[(others.firstIndex(of: line) ?? 0) % colours.count]
  }
}
