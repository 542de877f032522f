/// Draws the rate of each of several clients as a bar, in the order of the clients; of many only those that
/// were slowest and fastest.
struct ClientRatePlot {
  struct Row: Equatable, Sendable {
    let client: String
    /// Messages per second; nil of one whose report is no measurement.
    let rate: Double?
  }

  /// Those that are drawn.
  let rows: [Row]
  private let all: [Row]

  init(_ rows: [Row]) {
    all = rows
    guard rows.count > Self.mostRows else {
      self.rows = rows
      return
    }
    let places = rows.indices.sorted {
      (rows[$0].rate ?? -1, $0) < (rows[$1].rate ?? -1, $1)
    }
    let drawn = places.prefix(Self.mostRows / 2) + places.suffix(Self.mostRows / 2)
    self.rows = drawn.sorted().map { rows[$0] }
  }

  private static let mostRows = 40
  private static let width = 440.0
  private static let name = 132.0
  private static let nameLength = 17
  private static let row = 22.0
  private static let bar = 13.0

  /// What a legend says of those that are not drawn.
  var rest: String {
    rows.count < all.count
      ? " Of \(all.count) clients the \(rows.count / 2) slowest and the \(rows.count / 2) fastest are shown."
      : ""
  }

  /// For who cannot see it.
  var sentences: String {
    let parts = rows.map {
      "\($0.client): " + ($0.rate.map { "\(brief($0)) messages/s" } ?? "INVALID")
    }
    return parts.joined(separator: "; ") + "."
  }

  var drawing: Drawing {
    let frame = Frame(
      left: Self.name + 10, top: 8, width: Self.width - Self.name - 10 - 62,
      height: Self.row * Double(rows.count) + 4)
    var drawing = Drawing(width: Self.width, height: frame.bottom + 40)
    let scale = frame.horizontal(.linear, 0...max(1, rows.compactMap(\.rate).max() ?? 1))
    drawing.appendVerticalGrid(frame, scale, scale.ticks(atMost: 6).map { Tick($0) })
    for (index, row) in rows.enumerated() {
      append(row, at: frame.top + 4 + Self.row * Double(index), scale, to: &drawing)
    }
    drawing.append(
      Shape(.text("messages/s", Point(frame.left, frame.bottom + 33), .start, .small), .muted))
    return drawing
  }

  private func append(
    _ row: Row, at top: Double, _ scale: Scale, to drawing: inout Drawing
  ) {
    drawing.append(
      Shape(
        .text(row.client.shortened(to: Self.nameLength), Point(Self.name, top + 11), .end), .ink,
        tip: row.client))
    guard let rate = row.rate else {
      let middle = Point(scale.start + 6, top + Self.bar / 2)
      drawing.append(Mark.cross.shape(at: middle, .fewer))
      drawing.append(
        Shape(.text("INVALID", Point(scale.start + 16, top + 11), .start, .strong), .fewer))
      return
    }
    let right = scale(rate)
    drawing.append(
      Shape(
        .rectangle(
          Point(scale.start, top), width: max(0.5, right - scale.start), height: Self.bar,
          radius: 1), .series1, tip: "\(row.client): \(brief(rate)) messages/s"))
    drawing.append(
      Shape(.text(brief(rate), Point(right + 5, top + 11), .start, .strong), .ink))
  }
}
