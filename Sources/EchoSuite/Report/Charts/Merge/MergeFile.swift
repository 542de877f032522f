internal import EchoIO

/// The picture of a merge by itself: what it is of, latency by percentile, each client's rate, and how it was
/// found.
struct MergeFile {
  private let report: MergeReport
  private let sections: [PictureSection]

  init(_ merge: Merge) {
    report = MergeReport(merge)
    // What happened over time would be a picture for each client.
    sections = MergePictures(merge).sections.filter { $0.id != "intervals" }
  }

  private static let margin = 20.0
  private static let width = 440.0
  /// Most characters of a line of small words, and of a title, which that width holds in a wide font.
  private static let lineLength = 64
  private static let titleLength = 40

  /// What the file's element is called.
  static let name = "merged"

  var figure: Figure {
    Figure(
      name: Self.name, title: report.title,
      description: (reasons + sections.flatMap(\.figures).map(\.description)).joined(
        separator: " "),
      caption: "", drawing: drawing)
  }

  var drawing: Drawing {
    let parts = sections.map { (heading: $0.heading, drawings: $0.figures.map(\.drawing)) }
    let notes = notes.flatMap { $0.lines(atMost: Self.lineLength) }
    let top = 60.0
    let height =
      parts.reduce(top) { height, part in
        part.drawings.reduce(height + Self.headingHeight) { $0 + $1.height + Self.gap }
      } + Double(notes.count) * Self.line + 14
    var drawing = Drawing(width: Self.width + 2 * Self.margin, height: height)
    let words = { (words: String, y: Double, style: Shape.Style, paint: Paint) in
      Shape(.text(words, Point(Self.margin, y), .start, style), paint)
    }
    drawing.append(words(report.title.shortened(to: Self.titleLength), 31, .title, .ink))
    drawing.append(words(load.shortened(to: Self.lineLength), 50, .small, .muted))
    var y = top
    for part in parts {
      drawing.append(words(part.heading, y + 22, .strong, .ink))
      y += Self.headingHeight
      for picture in part.drawings {
        drawing.append(picture, at: Point(Self.margin, y))
        y += picture.height + Self.gap
      }
    }
    for note in notes {
      drawing.append(words(note, y + 8, .small, .muted))
      y += Self.line
    }
    return drawing
  }

  private static let headingHeight = 36.0
  private static let gap = 12.0
  private static let line = 17.0

  /// `10 connections, 1000-byte messages, closed loop`
  private var load: String {
    let load = report.workload
    let loop = load.rate.map { "open loop, \(grouped($0))/s" } ?? "closed loop"
    return "\(plural(load.connections, "connection")), \(load.size)-byte messages, \(loop)"
  }

  private var reasons: [String] { report.invalidReasons.map { "INVALID: \($0)." } }

  private var notes: [String] {
    let rate = report.throughput.messagesPerSecond.map {
      "Together \(grouped(Int($0.rounded())))/s, the sum of the clients' rates."
    }
    return reasons + [rate].compactMap { $0 } + ["Windows of \(report.windowText)."]
  }
}
