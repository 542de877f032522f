/// A picture as shapes without colours: each says what it stands for, and a palette paints it in the
/// light, in the dark and in print.
///
/// Lengths are in pixels of the picture's own size, from its top left corner. No text is measured, since
/// fonts differ by 15 %: it is anchored at an end, and has room at the other.
struct Drawing: Equatable, Sendable {
  let width: Double
  let height: Double
  private(set) var shapes: [Shape] = []

  init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  /// What comes later lies above.
  mutating func append(_ shape: Shape) { shapes.append(shape) }

  /// Puts another drawing with its top left corner at a point of this one.
  mutating func append(_ other: Drawing, at origin: Point) {
    shapes += other.shapes.map { $0.moved(by: origin) }
  }
}

struct Point: Equatable, Sendable {
  var x: Double
  var y: Double

  init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}

struct Shape: Equatable, Sendable {
  enum Geometry: Equatable, Sendable {
    /// From point to point, open.
    case line([Point], width: Double = 1, dashed: Bool = false)
    case rectangle(Point, width: Double, height: Double, radius: Double = 0)
    case dot(Point, radius: Double)
    /// A dot that is not filled: what is not decided.
    case ring(Point, radius: Double)
    /// Two strokes: what is no figure.
    case cross(Point, radius: Double)
    case diamond(Point, radius: Double)
    case text(String, Point, Anchor = .start, Style = .plain)
  }

  enum Anchor: String, Sendable { case start, middle, end }

  enum Style: String, Sendable { case plain, small, strong, title }

  let geometry: Geometry
  let paint: Paint
  /// What a pointer that rests on it is told.
  let tip: String?

  init(_ geometry: Geometry, _ paint: Paint, tip: String? = nil) {
    self.geometry = geometry
    self.paint = paint
    self.tip = tip
  }

  func moved(by offset: Point) -> Shape {
    let move = { (point: Point) in Point(point.x + offset.x, point.y + offset.y) }
    let moved: Geometry =
      switch geometry {
      case .line(let points, let width, let dashed):
        .line(points.map(move), width: width, dashed: dashed)
      case .rectangle(let point, let width, let height, let radius):
        .rectangle(move(point), width: width, height: height, radius: radius)
      case .dot(let point, let radius): .dot(move(point), radius: radius)
      case .ring(let point, let radius): .ring(move(point), radius: radius)
      case .cross(let point, let radius): .cross(move(point), radius: radius)
      case .diamond(let point, let radius): .diamond(move(point), radius: radius)
      case .text(let words, let point, let anchor, let style):
        .text(words, move(point), anchor, style)
      }
    return Shape(moved, paint, tip: tip)
  }
}
