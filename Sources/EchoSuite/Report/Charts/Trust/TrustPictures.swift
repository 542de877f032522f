/// Whether the figures can be believed: did the machine change, does one server differ from itself, how
/// sure are the rows?
struct TrustPictures {
  let result: SuiteResult

  init(_ result: SuiteResult) {
    self.result = result
  }

  /// Nil where nothing was measured more than once.
  var section: PictureSection? {
    let rounds = RoundsPicture(result)
    let twin = TwinPicture(result)
    let sureness = SurenessPicture(result)
    let figures = [rounds?.figure, twin?.figure, sureness?.figure].compactMap { $0 }
    guard !figures.isEmpty else { return nil }
    let readings = [
      rounds.map { _ in RoundsPicture.reading }, twin?.reading,
      sureness.map { _ in SurenessPicture.reading },
    ]
    return PictureSection(
      id: "trust", heading: "Can I believe it?", figures: figures,
      after: [.list(readings.compactMap { $0 })])
  }

  /// Three of them stand side by side.
  static let width = 340.0
  static let height = 232.0
}
