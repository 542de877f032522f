internal import EchoIO

/// What the verdicts on one server are in words.
struct RowWords {
  let row: RatioMatrix.Row
  let metric: Metric
  let situation: SituationWords

  /// `1.22–1.72 ×`; where there is one ratio `1.72 × (1.60–1.86)`, with its interval.
  var ratios: String { ratios { _ in true } }

  /// `ahead at 4 KiB (1.21 ×), behind at 2 of 4 message sizes (0.70–0.85 ×)`
  var standing: String {
    let places = Dictionary(grouping: row.outcomes(metric)) {
      RatioMatrix.Word($0.outcome.verdict)
    }
    let parts = RatioMatrix.Word.allCases.compactMap { word -> String? in
      guard let found = places[word]?.map(\.value) else { return nil }
      return "\(word.words(metric))\(placed(found)) (\(ratios { found.contains($0) }))"
    }
    return parts.joined(separator: ", ")
  }

  /// Named where they are few.
  private func placed(_ places: [Int]) -> String {
    places.count < row.cells.count && places.count <= 2
      ? situation.at(places) : situation.some(places.count)
  }

  private func ratios(_ isMeant: (Int) -> Bool) -> String {
    let outcomes = row.outcomes(metric).filter { isMeant($0.value) }.map(\.outcome)
    let known = outcomes.compactMap(\.ratio)
    guard let least = known.min(), let most = known.max() else { return "no ratio" }
    if known.count == 1, let interval = outcomes.first(where: { $0.ratio != nil })?.interval {
      return
        "\(ratioFigure(least)) ×, \(ratioFigure(interval.lower)) to \(ratioFigure(interval.upper))"
    }
    return ratioText(least...most)
  }
}

extension RatioMatrix.Word {
  /// As servers stand to their reference in a figure.
  func words(_ metric: Metric) -> String {
    switch self {
    case .better: metric == .serverCPU ? "less" : metric.better == .lower ? "sooner" : "ahead"
    case .worse: metric == .serverCPU ? "more" : metric.better == .lower ? "later" : "behind"
    case .tie: "a tie"
    case .undecided: "undecided"
    }
  }
}

/// `1.22–1.72 ×`
func ratioText(_ range: ClosedRange<Double>) -> String {
  let (least, most) = (ratioFigure(range.lowerBound), ratioFigure(range.upperBound))
  return least == most ? "\(least) ×" : "\(least)–\(most) ×"
}

/// `9 %`, rounded up so that it is true.
func wholePercent(_ bound: Double) -> String {
  "\(max(1, Int((100 * bound - 1e-9).rounded(.up)))) %"
}

/// `a, b and c`, `a, b and 5 more`.
func brief(_ names: [String], most: Int = 4) -> String {
  names.count <= most
    ? listed(names) : listed(Array(names.prefix(most - 1)) + ["\(names.count - most + 1) more"])
}

extension String {
  /// With a capital letter.
  var capitalised: String { prefix(1).uppercased() + dropFirst() }
}
