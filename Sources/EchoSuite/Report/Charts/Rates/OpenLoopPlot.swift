internal import EchoIO

/// Draws response times against the offered rate, a small picture for each server, all with the same axes.
struct OpenLoopPlot {
  private let panel: OpenLoopPanel
  private let times: ClosedRange<Double>
  private let rates: [Int]

  init(_ panel: OpenLoopPanel) {
    self.panel = panel
    rates = panel.rates
    let values = panel.servers.flatMap(\.points).flatMap { [$0.p50, $0.p99] }.compactMap { $0 }
      .filter { $0 > 0 }
    times = (values.min() ?? 1) / 1.3...(values.max() ?? 1) * 1.3
  }

  private static let width = 440.0
  private static let columns = 2
  private static let cell = (width: 212.0, height: 158.0)
  private static let top = 66.0
  private static let nameLength = 22

  var drawing: Drawing {
    let lines = (panel.servers.count + Self.columns - 1) / Self.columns
    var drawing = Drawing(
      width: Self.width, height: Self.top + Double(lines) * Self.cell.height)
    drawing.append(
      Shape(.text(panel.heading.shortened(to: 52), Point(0, 14), .start, .strong), .ink))
    drawing.append(
      Shape(
        .text("response time, by offered messages/s", Point(0, 31), .start, .small), .muted))
    drawing.appendLegend(legend, at: Point(0, 48))
    for (index, server) in panel.servers.enumerated() {
      let (line, column) = index.quotientAndRemainder(dividingBy: Self.columns)
      let left = Double(column) * (Self.width - Self.cell.width)
      drawing.append(
        cell(of: server), at: Point(left, Self.top + Double(line) * Self.cell.height))
    }
    return drawing
  }

  private var legend: [LegendEntry] {
    let times = [
      LegendEntry(.dot, .series1, "half"), LegendEntry(.diamond, .series5, "99 of 100"),
    ]
    let isMissed = panel.servers.flatMap(\.points).contains { !$0.isKept }
    return times + (isMissed ? [LegendEntry(.cross, .fewer, "rate not kept")] : [])
  }

  private func cell(of server: OpenLoopPanel.Server) -> Drawing {
    var cell = Drawing(width: Self.cell.width, height: Self.cell.height)
    let frame = Frame(left: 52, top: 40, width: Self.cell.width - 68, height: 86)
    cell.append(
      Shape(
        .text(server.name.shortened(to: Self.nameLength), Point(0, 14)), .ink, tip: server.name))
    cell.append(
      Shape(
        .text(server.words.shortened(to: 30), Point(0, 30), .start, .small),
        server.missed == nil ? .muted : .fewer, tip: server.words))
    let across = frame.horizontal(
      .linear, 0...Double(rates.last ?? 1) * 1.06)
    let up = frame.vertical(.logarithmic, times)
    cell.appendVerticalGrid(frame, across, rateTicks(across))
    cell.appendHorizontalGrid(frame, up, up.ticks(atMost: 5).map { Tick(nanoseconds: $0) })
    append(server, \.p99, .diamond, .series5, across, up, to: &cell)
    append(server, \.p50, .dot, .series1, across, up, to: &cell)
    return cell
  }

  /// The rates that were offered, where they have room; else round ones.
  private func rateTicks(_ across: Scale) -> [Tick] {
    let places = rates.map { across(Double($0)) }
    let haveRoom = zip(places, places.dropFirst()).allSatisfy { $1 - $0 >= 34 }
    let values = haveRoom ? rates.map(Double.init) : across.ticks(atMost: 4)
    return values.map { Tick($0) }
  }

  private func append(
    _ server: OpenLoopPanel.Server, _ time: (OpenLoopPanel.Point) -> Double?, _ mark: Mark,
    _ paint: Paint, _ across: Scale, _ up: Scale, to cell: inout Drawing
  ) {
    let known = server.points.compactMap { point in
      time(point).map { (point: point, time: $0, at: Point(across(Double(point.rate)), up($0))) }
    }
    if known.count > 1 { cell.append(Shape(.line(known.map(\.at), width: 1.6), paint)) }
    for (point, time, place) in known {
      let tip =
        "\(server.name) at \(grouped(point.rate))/s: \(brief(nanoseconds: time))"
        + (point.isKept ? "" : ", not kept")
      cell.append(
        point.isKept
          ? mark.shape(at: place, paint, radius: 3.5, tip: tip)
          : Mark.cross.shape(at: place, .fewer, radius: 4, tip: tip))
    }
  }
}
