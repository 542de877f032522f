internal import EchoIO

/// Draws a map of buffers and messages: the figure in each cell, and a colour where it is beyond the
/// margin.
struct BufferPlot {
  let map: BufferMap

  private static let width = 440.0
  private static let left = 76.0
  private static let top = 46.0
  private static let line = 24.0

  private var column: Double { (Self.width - Self.left) / Double(max(4, map.sizes.count)) }

  var drawing: Drawing {
    let rows = Double(map.buffers.count)
    var drawing = Drawing(width: Self.width, height: Self.top + rows * Self.line + 4)
    drawing.append(
      Shape(
        .text(map.heading.shortened(to: 50), Point(0, 14), .start, .strong), .ink,
        tip: map.heading))
    for (index, size) in map.sizes.enumerated() {
      let middle = Self.left + (Double(index) + 0.5) * column
      drawing.append(
        Shape(.text("\(size)", Point(middle, Self.top - 8), .middle, .small), .muted))
    }
    // The largest buffer on top.
    for (index, buffer) in map.buffers.reversed().enumerated() {
      let y = Self.top + Double(index) * Self.line
      drawing.append(
        Shape(
          .text("\(ByteCount(buffer))", Point(Self.left - 8, y + 16), .end, .small), .muted))
      for (place, size) in map.sizes.enumerated() {
        let corner = Point(Self.left + Double(place) * column, y)
        append(BufferMap.Place(buffer: buffer, size: size), at: corner, to: &drawing)
      }
    }
    return drawing
  }

  private func append(_ place: BufferMap.Place, at corner: Point, to drawing: inout Drawing) {
    guard let cell = map.cells[place] else { return }
    let paint: Paint = cell.isBelow ? Self.paint(cell.ratio ?? 1) : .zone
    drawing.append(
      Shape(
        .rectangle(
          Point(corner.x + 1, corner.y + 1), width: column - 2, height: Self.line - 2, radius: 2),
        paint, tip: tip(place, cell)))
    let middle = Point(corner.x + column / 2, corner.y + 16.5)
    let sign = cell.isBelow ? "▼ " : cell.isAbove ? "▲ " : ""
    drawing.append(
      Shape(
        .text(
          cell.value.map { sign + brief($0) } ?? cell.status, middle, .middle,
          cell.isReference ? .strong : .plain), cell.value == nil ? .fewer : .ink,
        tip: tip(place, cell)))
    if cell.isReference { drawing.append(frame(at: corner)) }
  }

  private func frame(at corner: Point) -> Shape {
    let (left, top) = (corner.x + 1, corner.y + 1)
    let (right, bottom) = (corner.x + column - 1, corner.y + Self.line - 1)
    return Shape(
      .line(
        [
          Point(left, top), Point(right, top), Point(right, bottom), Point(left, bottom),
          Point(left, top),
        ], width: 1.5), .ink)
  }

  private static func paint(_ ratio: Double) -> Paint {
    ratio >= BufferMap.steps[0] ? .below1 : ratio >= BufferMap.steps[1] ? .below2 : .below3
  }

  private func tip(_ place: BufferMap.Place, _ cell: BufferMap.Cell) -> String {
    let name = "\(map.server), \(ByteCount(place.buffer)) buffer, \(place.size)"
    guard cell.value != nil else { return "\(name): \(cell.status)" }
    if cell.isReference { return "\(name): the smallest buffer that fits" }
    guard let ratio = cell.ratio else { return name }
    let range = cell.interval.map { " (\($0.text { fixed($0, 2) }))" } ?? ""
    return "\(name): \(fixed(ratio, 2))\(range) × the smallest buffer that fits"
  }
}
