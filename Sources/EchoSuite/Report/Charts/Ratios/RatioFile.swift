internal import EchoIO

/// The picture of all ratios by itself: a title, a panel for each situation, and where it was measured.
struct RatioFile {
  let pictures: RatioPictures
  let title: String

  init(_ pictures: RatioPictures, _ title: String) {
    self.pictures = pictures
    self.title = title
  }

  private static let margin = 20.0
  /// Most characters of a line of small words, which 560 pixels hold in a wide font.
  private static let lineLength = 82

  var drawing: Drawing {
    let plot = RatioPlot(pictures.panels, isFile: true)
    let panels = pictures.panels.map(plot.drawing)
    let notes = notes.flatMap { $0.lines(atMost: Self.lineLength) }
    let legend = pictures.legend
    let top = 66.0
    let height =
      panels.reduce(top) { $0 + $1.height + 14 } + (legend.isEmpty ? 0 : 22)
      + Double(notes.count) * 17 + 12
    var drawing = Drawing(width: plot.columns.width + 2 * Self.margin, height: height)
    drawing.append(
      Shape(.text(title.shortened(to: 52), Point(Self.margin, 31), .start, .title), .ink))
    drawing.append(
      Shape(
        .text(subtitle.shortened(to: Self.lineLength), Point(Self.margin, 50), .start, .small),
        .muted))
    var y = top
    for panel in panels {
      drawing.append(panel, at: Point(Self.margin, y))
      y += panel.height + 14
    }
    if !legend.isEmpty {
      drawing.appendLegend(legend, at: Point(Self.margin, y + 4))
      y += 22
    }
    for note in notes {
      drawing.append(Shape(.text(note, Point(Self.margin, y + 8), .start, .small), .muted))
      y += 17
    }
    return drawing
  }

  /// What all loads have in common.
  private var subtitle: String {
    let loads = pictures.result.summaries.map(\.scenario.load)
    return loads.commonWords.joined(separator: ", ")
  }

  private var notes: [String] {
    let compared = pictures.panels.isEmpty ? [] : [pictures.shortReading]
    return compared + [MachineSection(result: pictures.result).line.plain]
  }
}

extension [Load] {
  /// What a reader has to know that is the same of all: how many connections, how deep, how fast, what
  /// is compared.
  fileprivate var commonWords: [String] {
    let one = { (words: (Load) -> String) -> [String] in
      let all = map(words).uniqued
      return all.count == 1 ? all : []
    }
    return one { plural($0.connections, "connection") }
      + one { "messages of \($0.size)" }
      + one { $0.rate == nil ? "\(plural($0.depth, "message")) in flight on each" : "open loop" }
      + one { $0.verification == .full ? "every byte compared" : $0.verification.rawValue }
  }
}
