/// How a finding looks: its mark, its colour, its sign and its words, none of which stands alone.
struct RatioMark: Equatable, Sendable {
  let mark: Mark
  let paint: Paint
  /// Before the ratio, for who does not see colours.
  let sign: String
  let word: String

  /// - Parameter better: which ratio is to the good.
  init(_ verdict: Verdict, ratio: Double, better: Verdict.Better) {
    switch verdict {
    case .better, .worse:
      mark = .dot
      paint = verdict == .better ? .more : .fewer
      sign = ratio > 1 ? "▲" : "▼"
    case .tie:
      (mark, paint, sign) = (.ring, .tie, "≈")
    case .undecided:
      (mark, paint, sign) = (.dot, .tie, "?")
    }
    word = verdict.description
  }

  var isUndecided: Bool { mark == .dot && paint == .tie }

  /// An undecided one is small beside the others.
  func shape(at point: Point, radius: Double, tip: String) -> Shape {
    mark.shape(at: point, paint, radius: isUndecided ? radius * 0.6 : radius, tip: tip)
  }
}

extension Comparison {
  /// `1.59 (1.55–1.93)`.
  var ratioText: String {
    guard let value else { return "no ratio" }
    let range = interval.map { " (\($0.text(ratioFigure)))" } ?? ""
    return ratioFigure(value) + range
  }
}
