import Foundation
import FoundationXML

@testable import EchoSuite

/// What is wrong with where things lie in a drawing, where its text is as wide as in DejaVu Sans, the widest
/// of the fonts that a reader may have.
struct DrawingLayout {
  let drawing: Drawing

  /// Sentences; none where nothing is outside of the drawing, and no words lie on others.
  var problems: [String] { outside + overlaps }

  private var outside: [String] {
    drawing.shapes.compactMap { shape in
      let box = Box(shape)
      let isWithin =
        box.left >= -0.5 && box.top >= -0.5 && box.right <= drawing.width + 0.5
        && box.bottom <= drawing.height + 0.5
      return isWithin ? nil : "outside: \(shape.geometry)"
    }
  }

  private var overlaps: [String] {
    let texts = drawing.shapes.filter { $0.letters != nil }.map { ($0.letters ?? "", Box($0)) }
    return texts.indices.flatMap { first in
      texts.indices.dropFirst(first + 1).compactMap { second in
        texts[first].1.overlaps(texts[second].1)
          ? "'\(texts[first].0)' lies on '\(texts[second].0)'" : nil
      }
    }
  }

  /// What a shape takes.
  struct Box {
    var left: Double
    var top: Double
    var right: Double
    var bottom: Double

    init(_ shape: Shape) {
      switch shape.geometry {
      case .line(let points, _, _): self.init(points, reach: 0)
      case .rectangle(let point, let width, let height, _):
        self.init([point, Point(point.x + width, point.y + height)], reach: 0)
      case .dot(let point, let radius), .ring(let point, let radius),
        .cross(let point, let radius), .diamond(let point, let radius):
        self.init([point], reach: radius)
      case .text(let words, let point, let anchor, let style):
        let size = style == .small ? 11.5 : style == .title ? 16 : 13
        let isBold = style == .strong || style == .title
        let width = words.reduce(0) { $0 + $1.width } * size * (isBold ? 1.13 : 1)
        let left =
          switch anchor {
          case .start: point.x
          case .middle: point.x - width / 2
          case .end: point.x - width
          }
        self.init([Point(left, point.y - size * 0.74), Point(left + width, point.y)], reach: 0)
      }
    }

    private init(_ points: [Point], reach: Double) {
      left = (points.map(\.x).min() ?? 0) - reach
      right = (points.map(\.x).max() ?? 0) + reach
      top = (points.map(\.y).min() ?? 0) - reach
      bottom = (points.map(\.y).max() ?? 0) + reach
    }

    func overlaps(_ other: Box) -> Bool {
      left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }
  }
}

extension Shape {
  var letters: String? { if case .text(let words, _, _, _) = geometry { words } else { nil } }
}

extension Character {
  /// In DejaVu Sans, by the size of the letters, rounded up.
  fileprivate var width: Double {
    switch self {
    case "i", "j", "l", " ", ".", ",", ":", ";", "'", "|": 0.34
    case "f", "r", "t", "(", ")", "[", "]", "I", "/", "-": 0.42
    case "m", "w", "M", "W", "%", "@", "…": 1
    case "a"..."z", "0"..."9", "µ", "–": 0.64
    case "A"..."Z": 0.75
    default: unicodeScalars.first.map { $0.value < 0x250 } == true ? 0.84 : 1.1
    }
  }
}

/// Whether a text is well-formed XML, and what stands in its elements of a name.
final class ParsedXML: NSObject, XMLParserDelegate {
  private(set) var texts: [String] = []
  private(set) var isWellFormed = false
  private let element: String
  private var text: String?

  init(_ document: String, textsOf element: String = "text") {
    self.element = element
    super.init()
    let parser = XMLParser(data: Data(document.utf8))
    parser.delegate = self
    isWellFormed = parser.parse()
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    if name == element { text = "" }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text?.append(string) }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    guard name == element, let text else { return }
    texts.append(text)
    self.text = nil
  }
}
