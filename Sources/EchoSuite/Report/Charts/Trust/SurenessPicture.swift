internal import EchoIO

/// How sure the rows are: how many have an interval of which half width.
struct SurenessPicture: Equatable, Sendable {
  /// By their rising bounds, all of them; what has no interval last, where there is some.
  let classes: [Class]
  let rows: Int

  struct Class: Equatable, Sendable {
    let words: String
    let count: Int
    /// Whether two such rows can be told apart that differ by a fifth.
    let isWanted: Bool
  }

  /// Nil where nothing was measured.
  init?(_ result: SuiteResult) {
    let precisions = result.summaries.filter { $0.status == .measured }.map(\.precision)
    guard !precisions.isEmpty else { return nil }
    rows = precisions.count
    let known = precisions.compactMap { $0 }
    var lower = -1.0
    var classes: [Class] = []
    for bound in Self.bounds {
      let count = known.count { $0 > lower && $0 <= bound }
      let percent = fixed(100 * bound, 0)
      classes.append(
        Class(
          words: "up to ±\(percent) %", count: count,
          isWanted: bound <= SuiteWarning.wantedPrecision))
      lower = bound
    }
    let over = known.count { $0 > lower }
    classes.append(Class(words: "over ±\(fixed(100 * lower, 0)) %", count: over, isWanted: false))
    if known.count < rows {
      classes.append(Class(words: "no interval", count: rows - known.count, isWanted: false))
    }
    self.classes = classes
  }

  private static let bounds = [0.05, 0.1, 0.15, 0.2]

  /// Rows whose interval is as wide as a warning is given for, or that have none.
  var unwanted: Int { classes.filter { !$0.isWanted }.reduce(0) { $0 + $1.count } }

  static let reading: Text = """
    \(strong: "How sure are the rows?") So many of them have a 95 % interval of this half width. Up to \
    ±\(fixed(100 * SuiteWarning.wantedPrecision, 0)) % two rows that differ by a fifth can be told apart.
    """

  var figure: Figure {
    let parts = classes.map { "\($0.words): \($0.count)" }.joined(separator: ", ")
    return Figure(
      name: "trust-sureness", title: "How sure are the rows?",
      description: "Of \(plural(rows, "row")), by the half width of the interval: \(parts).",
      caption: "", drawing: drawing)
  }

  private var drawing: Drawing {
    let row = 25.0
    let frame = Frame(
      left: 92, top: 42, width: TrustPictures.width - 92 - 46, height: row * Double(classes.count))
    var drawing = Drawing(width: TrustPictures.width, height: TrustPictures.height)
    drawing.append(Shape(.text("How sure are the rows?", Point(0, 14), .start, .strong), .ink))
    drawing.append(
      Shape(
        .text(
          "\(unwanted) of \(rows) are over ±\(fixed(100 * SuiteWarning.wantedPrecision, 0)) %",
          Point(0, 31), .start, .small), .muted))
    let scale = frame.horizontal(.linear, 0...Double(max(1, classes.map(\.count).max() ?? 1)))
    for (index, one) in classes.enumerated() {
      let middle = frame.top + (Double(index) + 0.5) * row
      drawing.append(
        Shape(.text(one.words, Point(frame.left - 8, middle + 4), .end, .small), .ink))
      let end = scale(Double(one.count))
      if one.count > 0 {
        drawing.append(
          Shape(
            .rectangle(
              Point(frame.left, middle - 8), width: max(1, end - frame.left), height: 16, radius: 2),
            one.isWanted ? .kernel : .own, tip: "\(one.words): \(plural(one.count, "row"))"))
      }
      drawing.append(
        Shape(.text("\(one.count)", Point(end + 6, middle + 4.5), .start, .strong), .ink))
    }
    return drawing
  }
}
