/// What each round gave, for the page's script to draw: a letter for each height, in the order of the
/// rounds, after three for the ends of the interval and for the figure. With many rows a picture for each
/// would be most of a page.
struct RoundMarks {
  let series: Series
  let estimate: Estimate?

  /// `A` is the least of all, `z` the most.
  private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")

  /// Nil of fewer than two rounds.
  var text: String? {
    let values = series.values
    let marks = [estimate?.interval?.lower, estimate?.interval?.upper, estimate?.value].map {
      mark in
      mark.flatMap { $0.isFinite ? $0 : nil }
    }
    let all = values + marks.compactMap { $0 }
    guard let least = all.min(), let most = all.max(), values.count > 1,
      let last = series.points.map(\.round).max()
    else { return nil }
    let letter = { (value: Double?) -> Character in
      guard let value else { return "-" }
      let height = most > least ? (value - least) / (most - least) : 0.5
      return Self.letters[Int((height * Double(Self.letters.count - 1)).rounded())]
    }
    let byRound = series.byRound
    return String(marks.map(letter) + (1...last).map { letter(byRound[$0]) })
  }
}
