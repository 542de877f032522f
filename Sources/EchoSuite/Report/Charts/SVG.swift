/// A drawing as SVG 1.1 (https://www.w3.org/TR/SVG11/): the same bytes for the same drawing.
///
/// Shapes have two classes: `f` is filled, `o` is drawn in strokes, `t` is text; the other is what the
/// shape stands for, which ``Palette`` paints.
struct SVG {
  let drawing: Drawing
  /// Of its element; those of its title and its description are made from it.
  let id: String
  let title: String
  let description: String

  init(_ figure: Figure) {
    (drawing, id) = (figure.drawing, figure.name)
    (title, description) = (figure.title, figure.description)
  }

  /// What a picture begins with, by which its file is known again.
  static func start(id: String) -> String {
    "<svg aria-labelledby=\"\(id)-title \(id)-desc\" xmlns=\"http://www.w3.org/2000/svg\""
  }

  /// For a page that has the palette in its style sheet, with many others: as short as browsers allow.
  var element: String { element(style: "", writing: .brief) }

  /// A file by itself: on an opaque card, with its colours written out, since not every reader of SVG
  /// knows variables.
  var file: String {
    element(style: "<style>\n\(Palette.standalone)</style>\n" + card, writing: .plain)
  }

  private var card: String {
    tag(
      "rect",
      [
        ("class", "f card"), ("width", coordinate(drawing.width)),
        ("height", coordinate(drawing.height)), ("rx", "8"),
      ]) + "\n"
  }

  private func element(style: String, writing: Writing) -> String {
    let size = (coordinate(drawing.width), coordinate(drawing.height))
    return """
      \(Self.start(id: id)) viewBox="0 0 \(size.0) \(size.1)" \
      width="\(size.0)" height="\(size.1)" role="img">
      <title id="\(id)-title">\(escapedMarkup(title))</title>
      <desc id="\(id)-desc">\(escapedMarkup(description))</desc>
      \(style)\(writing == .brief ? groups : plain)</svg>

      """
  }

  private var plain: String { drawing.shapes.map { $0.svg(.plain) + "\n" }.joined() }

  /// Neighbours with the same tip are a group that has it once.
  private var groups: String {
    var (text, rest) = ("", drawing.shapes.map(\.withoutEcho)[...])
    while let first = rest.first {
      let same = rest.prefix { $0.tip != nil && $0.tip == first.tip }
      rest = rest.dropFirst(max(1, same.count))
      if let tip = first.tip, same.count > 1 {
        let shapes = same.map { Shape($0.geometry, $0.paint).svg(.brief) }.joined()
        text += tag("g", [], "<title>\(escapedMarkup(tip))</title>" + shapes) + "\n"
      } else {
        text += first.svg(.brief) + "\n"
      }
    }
    return text
  }
}

/// How a shape is written: so that most programs that read SVG draw it, or as short as browsers allow, which
/// know the style sheet of the page.
private enum Writing { case plain, brief }

extension Shape {
  /// Without a tip that says what the words themselves say.
  fileprivate var withoutEcho: Shape {
    if case .text(let words, _, _, _) = geometry, words == tip {
      Shape(geometry, paint)
    } else {
      self
    }
  }

  fileprivate func svg(_ writing: Writing) -> String {
    switch geometry {
    case .line(let points, let width, let dashed):
      return element(
        "path", "o",
        [("d", writing == .brief ? steps(points) : places(points))]
          + (writing == .brief && width == 1 ? [] : [("stroke-width", coordinate(width))])
          + (dashed ? [("stroke-dasharray", "4 3")] : []))
    case .rectangle(let point, let width, let height, let radius):
      return element(
        "rect", "f",
        [
          ("x", coordinate(point.x)), ("y", coordinate(point.y)), ("width", coordinate(width)),
          ("height", coordinate(height)),
        ] + (radius > 0 ? [("rx", coordinate(radius))] : []))
    case .dot(let point, let radius):
      return element("circle", "f", circle(point, radius))
    case .ring(let point, let radius):
      return element("circle", "o hollow", circle(point, radius) + [("stroke-width", "1.5")])
    case .cross(let point, let radius):
      let (x, y, r) = (point.x, point.y, radius)
      return element(
        "path", "o",
        [
          (
            "d",
            "M\(coordinate(x - r)) \(coordinate(y - r))L\(coordinate(x + r)) \(coordinate(y + r))"
              + "M\(coordinate(x + r)) \(coordinate(y - r))L\(coordinate(x - r)) \(coordinate(y + r))"
          ), ("stroke-width", "2"),
        ])
    case .diamond(let point, let radius):
      let (x, y, r) = (point.x, point.y, radius)
      return element(
        "path", "f",
        [
          (
            "d",
            "M\(coordinate(x)) \(coordinate(y - r))L\(coordinate(x + r)) \(coordinate(y))"
              + "L\(coordinate(x)) \(coordinate(y + r))L\(coordinate(x - r)) \(coordinate(y))Z"
          )
        ])
    case .text(let words, let point, let anchor, let style):
      let classes = style == .plain ? "t" : "t \(style.rawValue)"
      let place = [("x", coordinate(point.x)), ("y", coordinate(point.y))]
      if anchor == .start { return element("text", classes, place, words: words) }
      return writing == .brief
        ? element("text", "\(classes) \(anchor.rawValue)", place, words: words)
        : element("text", classes, place + [("text-anchor", anchor.rawValue)], words: words)
    }
  }

  private func circle(_ point: Point, _ radius: Double) -> [(String, String)] {
    [("cx", coordinate(point.x)), ("cy", coordinate(point.y)), ("r", coordinate(radius))]
  }

  private func element(
    _ name: String, _ classes: String, _ attributes: [(String, String)], words: String = ""
  ) -> String {
    let content = (tip.map { "<title>\(escapedMarkup($0))</title>" } ?? "") + escapedMarkup(words)
    return tag(name, [("class", "\(classes) \(paint.rawValue)")] + attributes, content)
  }
}

private func places(_ points: [Point]) -> String {
  points.enumerated().map { index, point in
    (index == 0 ? "M" : "L") + "\(coordinate(point.x)) \(coordinate(point.y))"
  }.joined()
}

/// Each point as how far it is from the one before: in whole tenths of a pixel, so that no error adds up.
private func steps(_ points: [Point]) -> String {
  let tenths = points.map { (x: Int(($0.x * 10).rounded()), y: Int(($0.y * 10).rounded())) }
  guard let first = tenths.first else { return "" }
  let text = { (tenths: Int) in coordinate(Double(tenths) / 10) }
  let steps = zip(tenths, tenths.dropFirst()).map { from, to in
    let (x, y) = (text(to.x - from.x), text(to.y - from.y))
    if y == "0" { return "h" + x }
    if x == "0" { return "v" + y }
    return "l" + x + (y.hasPrefix("-") ? "" : " ") + y
  }
  return "M\(text(first.x)) \(text(first.y))" + steps.joined()
}

private func tag(_ name: String, _ attributes: [(String, String)], _ content: String = "") -> String
{
  let start = "<\(name)" + attributes.map { " \($0)=\"\($1)\"" }.joined()
  return content.isEmpty ? "\(start)/>" : "\(start)>\(content)</\(name)>"
}

/// One decimal, and none where it is 0.
func coordinate(_ value: Double) -> String {
  let text = fixed(value, 1)
  let short = text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  return short == "-0" ? "0" : short
}

/// Words as they stand in SVG and HTML, in an element or between double quotes. Characters that XML 1.0
/// (section 2.2) does not allow become U+FFFD.
func escapedMarkup(_ words: String) -> String {
  var escaped = ""
  for scalar in words.unicodeScalars {
    switch scalar {
    case "&": escaped += "&amp;"
    case "<": escaped += "&lt;"
    case ">": escaped += "&gt;"
    case "\"": escaped += "&quot;"
    case "'": escaped += "&#39;"
    case "\t", "\n", "\r": escaped.unicodeScalars.append(scalar)
    case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
    default: escaped.unicodeScalars.append(scalar)
    }
  }
  return escaped
}
