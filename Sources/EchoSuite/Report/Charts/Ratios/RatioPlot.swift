/// Draws ratios on a logarithmic axis: a mark and its interval for each, and the zone in which a
/// difference is no reason to choose.
struct RatioPlot {
  let panels: [RatioPanel]
  /// All panels have the same axis, so that they can be compared.
  let columns: Columns
  let isCompact: Bool

  /// From left to right: names, the inner axis, the ratios, words.
  struct Columns: Equatable, Sendable {
    let width: Double
    /// Most characters of a server's name, and the room that they have.
    let nameLength: Int
    let name: Double
    let label: Double
    let words: Double
    /// Whether there is room for intervals in words.
    let hasIntervals: Bool

    /// Of a page that has two side by side.
    static let page = Columns(
      width: 440, nameLength: 17, name: 128, label: 62, words: 62, hasIntervals: false)
    static let compactPage = Columns(
      width: 440, nameLength: 24, name: 170, label: 0, words: 96, hasIntervals: false)
    /// Of a picture by itself, without its margins.
    static let file = Columns(
      width: 560, nameLength: 17, name: 128, label: 62, words: 150, hasIntervals: true)
    static let compactFile = Columns(
      width: 560, nameLength: 24, name: 170, label: 0, words: 96, hasIntervals: false)
  }

  init(_ panels: [RatioPanel], isFile: Bool) {
    self.panels = panels
    let most = panels.map(\.entries.count).max() ?? 0
    isCompact = (isFile ? panels.reduce(0) { $0 + $1.entries.count } : most) > Self.mostWide
    columns =
      isFile
      ? (isCompact ? .compactFile : .file) : (isCompact ? .compactPage : .page)
  }

  /// Lines that have a ratio in words each; with more a server has one for all of its lines.
  private static let mostWide = 24

  private func scale(from left: Double) -> Scale {
    .ratios(
      panels.flatMap(\.values), from: left + columns.name + columns.label + 8,
      to: columns.width - columns.words - 8)
  }

  /// One panel with its heading and its axis.
  func drawing(_ panel: RatioPanel) -> Drawing {
    let scale = scale(from: 0)
    let lines = heading(panel)
    let top = 10 + Double(lines.count) * 17
    let bottom = top + rowsHeight(panel)
    let frame = Frame(
      left: scale.start, top: top, width: scale.end - scale.start, height: bottom - top)
    var drawing = Drawing(width: columns.width, height: bottom + Self.axisHeight)
    for (index, line) in lines.enumerated() {
      let y = 14 + Double(index) * 17
      drawing.append(
        Shape(.text(line, Point(0, y), .start, index == 0 ? .strong : .plain), .ink))
    }
    drawing.appendRatioAxis(frame, scale, panel.metric)
    var y = top + Self.padding
    for row in panel.rows {
      append(row, of: panel, at: y, scale, to: &drawing)
      y += height(of: row)
    }
    return drawing
  }

  /// The situation, and what is found there: short enough for a wide font.
  private func heading(_ panel: RatioPanel) -> [String] {
    let parts = panel.heading.split(separator: ":", maxSplits: 1).map(String.init)
    return parts.flatMap { $0.lines(atMost: Int(columns.width / 8)) }
  }

  private static let axisHeight = 24.0
  private static let padding = 6.0
  /// Of a line with words, and of one without.
  private static let wideLine = 21.0
  private static let thinLine = 6.0

  private func rowsHeight(_ panel: RatioPanel) -> Double {
    panel.rows.reduce(2 * Self.padding) { $0 + height(of: $1) }
  }

  private func height(of row: RatioRow) -> Double {
    let lines = Double(max(1, row.entries.count))
    if !isCompact { return lines * Self.wideLine + 6 }
    return max(22, lines * Self.thinLine + 10)
  }
}

extension RatioPlot {
  private func append(
    _ row: RatioRow, of panel: RatioPanel, at top: Double, _ scale: Scale,
    to drawing: inout Drawing
  ) {
    let middle = top + height(of: row) / 2
    let nameLine = isCompact || row.isReference ? middle : top + Self.wideLine / 2 + 3
    let name = panel.name(of: row)
    drawing.append(
      Shape(
        .text(
          name.shortened(to: columns.nameLength),
          Point(isCompact ? columns.name : 0, nameLine + 4.5), isCompact ? .end : .start,
          row.isReference ? .strong : .plain), .ink, tip: name))
    if row.isReference {
      drawing.append(Mark.diamond.shape(at: Point(scale(1), middle), .ink))
      drawing.append(
        Shape(.text("reference", Point(columns.width, middle + 4), .end, .small), .muted))
      return
    }
    if isCompact {
      appendThin(row, of: panel, middle, scale, to: &drawing)
    } else {
      appendWide(row, of: panel, top + 3, scale, to: &drawing)
    }
  }

  private func appendWide(
    _ row: RatioRow, of panel: RatioPanel, _ top: Double, _ scale: Scale,
    to drawing: inout Drawing
  ) {
    for (index, entry) in row.entries.enumerated() {
      let y = top + (Double(index) + 0.5) * Self.wideLine
      drawing.append(
        Shape(
          .text(entry.label, Point(columns.name + columns.label - 4, y + 4), .end, .small), .muted))
      append(entry, row, of: panel, y, scale, radius: 4.5, to: &drawing)
      guard let comparison = entry.finding.comparison else { continue }
      let mark = panel.mark(comparison)
      let figure =
        columns.hasIntervals
        ? comparison.ratioText : comparison.value.map(ratioFigure) ?? "no ratio"
      drawing.append(
        Shape(
          .text("\(mark.sign) \(figure)", Point(columns.width, y + 4.5), .end),
          mark.paint))
    }
  }

  private func appendThin(
    _ row: RatioRow, of panel: RatioPanel, _ middle: Double, _ scale: Scale,
    to drawing: inout Drawing
  ) {
    if row.isInvalid {
      append(row.entries[0], row, of: panel, middle, scale, radius: 4, to: &drawing)
      return
    }
    let top = middle - Double(row.entries.count) * Self.thinLine / 2
    for (index, entry) in row.entries.enumerated() where entry.finding.comparison != nil {
      let y = top + (Double(index) + 0.5) * Self.thinLine
      append(entry, row, of: panel, y, scale, radius: 2.6, to: &drawing)
    }
    let summary = panel.summary(of: row)
    drawing.append(
      Shape(.text(summary.words, Point(columns.width, middle + 4.5), .end), summary.paint))
  }

  /// Its mark and its interval; in words where there are none.
  private func append(
    _ entry: RatioRow.Entry, _ row: RatioRow, of panel: RatioPanel, _ y: Double, _ scale: Scale,
    radius: Double, to drawing: inout Drawing
  ) {
    let name = [row.server, entry.label].filter { !$0.isEmpty }.joined(separator: ", ")
    switch entry.finding {
    case .compared(let comparison, let reference):
      guard let value = comparison.value else { return }
      let mark = panel.mark(comparison)
      let tip = "\(name): \(comparison.ratioText) × \(reference), \(mark.word)"
      if let interval = comparison.interval {
        drawing.append(
          Shape(
            .line(
              [Point(scale(interval.lower), y), Point(scale(interval.upper), y)],
              width: radius < 4 ? 1.5 : 2.2), mark.paint, tip: tip))
      }
      drawing.append(mark.shape(at: Point(scale(value), y), radius: radius, tip: tip))
    case .invalid(let reason):
      let tip = "\(name): INVALID. \(reason)"
      drawing.append(Mark.cross.shape(at: Point(scale.start + 6, y), .fewer, tip: tip))
      drawing.append(
        Shape(.text("INVALID: no figure", Point(scale.start + 18, y + 4), .start, .small), .fewer))
    case .missing(let word):
      drawing.append(
        Shape(.text(word, Point(scale.start + 6, y + 4), .start, .small), .muted, tip: name))
    }
  }
}

extension RatioPanel {
  /// With what it is compared, where that is not the same for all.
  func name(of row: RatioRow) -> String {
    guard reference == nil, case .compared(_, let other)? = row.entries.first?.finding else {
      return row.server
    }
    return "\(row.server) ÷ \(other)"
  }

  func mark(_ comparison: Comparison) -> RatioMark {
    RatioMark(
      comparison.verdict, ratio: comparison.value ?? 1, better: metric.better ?? .higher)
  }

  /// All lines of a server in a few letters: the range of its ratios, coloured and signed where all
  /// say the same.
  func summary(of row: RatioRow) -> (words: String, paint: Paint) {
    let comparisons = row.entries.compactMap(\.finding.comparison)
    let ratios = comparisons.compactMap(\.value)
    guard let least = ratios.min(), let most = ratios.max() else {
      let words = row.entries.compactMap { entry -> String? in
        if case .missing(let word) = entry.finding { word } else { nil }
      }
      return (words.first ?? "no ratio", .muted)
    }
    let (low, high) = (ratioFigure(least), ratioFigure(most))
    let range = low == high ? low : "\(low)–\(high)"
    let marks = comparisons.map(mark)
    let isOne = Set(marks.map(\.sign)).count == 1
    guard isOne, comparisons.count == row.entries.count, let mark = marks.first else {
      return (range, .ink)
    }
    return ("\(mark.sign) \(range)", mark.paint)
  }
}

extension Drawing {
  /// The zone of a tie, the line of the same, and the ticks beside it.
  fileprivate mutating func appendRatioAxis(_ frame: Frame, _ scale: Scale, _ metric: Metric) {
    let zone = (scale(1 / Verdict.margin), scale(Verdict.margin))
    append(
      Shape(
        .rectangle(Point(zone.0, frame.top), width: zone.1 - zone.0, height: frame.height), .zone,
        tip: "within ÷\(fixed(Verdict.margin, 2)) and ×\(fixed(Verdict.margin, 2)): a tie"))
    appendVerticalGrid(frame, scale, scale.ratioTicks)
    append(
      Shape(
        .line([Point(scale(1), frame.top), Point(scale(1), frame.bottom)], width: 1.3), .muted))
    let words = metric.better == .lower ? ("◂ less", "more ▸") : ("◂ fewer", "more ▸")
    append(Shape(.text(words.0, Point(0, frame.bottom + 16), .start, .small), .muted))
    append(Shape(.text(words.1, Point(width, frame.bottom + 16), .end, .small), .muted))
  }
}
