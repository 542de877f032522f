/// What the rounds of a suite gave of one figure for one of its rows.
struct Series: Equatable, Sendable {
  struct Point: Equatable, Sendable {
    /// From 1.
    let round: Int
    /// When it was measured, in seconds: what runs within a few of them meets the same moment of
    /// the machine.
    let time: Double
    let value: Double
  }

  /// In the order of the rounds, one for each that knows the figure.
  let points: [Point]

  var values: [Double] { points.map(\.value) }

  /// For pairing.
  var byRound: [Int: Double] {
    Dictionary(uniqueKeysWithValues: points.map { ($0.round, $0.value) })
  }
}
