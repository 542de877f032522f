/// A value of an axis that is told.
struct Tick: Equatable, Sendable {
  let value: Double
  let text: String

  init(_ value: Double, _ text: String) {
    self.value = value
    self.text = text
  }
}

/// The part of a picture in which values lie, and its axes.
struct Frame: Equatable, Sendable {
  let left: Double
  let top: Double
  let width: Double
  let height: Double

  var right: Double { left + width }
  var bottom: Double { top + height }

  /// An axis from left to right.
  func horizontal(_ kind: Scale.Kind, _ values: ClosedRange<Double>) -> Scale {
    Scale(kind, values, from: left, to: right)
  }

  /// An axis from the bottom to the top.
  func vertical(_ kind: Scale.Kind, _ values: ClosedRange<Double>) -> Scale {
    Scale(kind, values, from: bottom, to: top)
  }
}

extension Drawing {
  /// Lines from top to bottom at the ticks of a horizontal axis, and below them their texts.
  mutating func appendVerticalGrid(_ frame: Frame, _ scale: Scale, _ ticks: [Tick]) {
    for tick in ticks {
      let x = scale(tick.value)
      append(Shape(.line([Point(x, frame.top), Point(x, frame.bottom)]), .grid))
      append(
        Shape(.text(tick.text, Point(x, frame.bottom + 16), .middle, .small), .muted))
    }
  }

  /// Lines from side to side at the ticks of a vertical axis, and left of them their texts.
  mutating func appendHorizontalGrid(_ frame: Frame, _ scale: Scale, _ ticks: [Tick]) {
    for tick in ticks {
      let y = scale(tick.value)
      append(Shape(.line([Point(frame.left, y), Point(frame.right, y)]), .grid))
      append(Shape(.text(tick.text, Point(frame.left - 6, y + 4), .end, .small), .muted))
    }
  }
}
