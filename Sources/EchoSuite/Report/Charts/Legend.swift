/// What stands for a value.
enum Mark: Equatable, Sendable {
  case dot, ring, cross, diamond, line, square

  func shape(at point: Point, _ paint: Paint, radius: Double = 4, tip: String? = nil) -> Shape {
    let geometry: Shape.Geometry =
      switch self {
      case .dot: .dot(point, radius: radius)
      case .ring: .ring(point, radius: radius)
      case .cross: .cross(point, radius: radius)
      case .diamond: .diamond(point, radius: radius + 1)
      case .line:
        .line([Point(point.x - 5, point.y), Point(point.x + 5, point.y)], width: 2)
      case .square:
        .rectangle(
          Point(point.x - radius, point.y - radius), width: 2 * radius, height: 2 * radius,
          radius: 1)
      }
    return Shape(geometry, paint, tip: tip)
  }
}

/// A mark, and the word for what it stands for.
struct LegendEntry: Equatable, Sendable {
  let mark: Mark
  let paint: Paint
  let words: String
  let radius: Double

  init(_ mark: Mark, _ paint: Paint, _ words: String, radius: Double = 4) {
    self.mark = mark
    self.radius = radius
    self.paint = paint
    self.words = words
  }
}

extension Drawing {
  /// From left to right in one line whose middle is at `origin`. No word is measured: each has the room
  /// that its letters take in a wide font.
  mutating func appendLegend(_ entries: [LegendEntry], at origin: Point) {
    var x = origin.x
    for entry in entries {
      append(entry.mark.shape(at: Point(x + 5, origin.y), entry.paint, radius: entry.radius))
      append(Shape(.text(entry.words, Point(x + 15, origin.y + 4), .start, .small), .muted))
      x += 15 + 7.2 * Double(entry.words.room) + 14
    }
  }
}
