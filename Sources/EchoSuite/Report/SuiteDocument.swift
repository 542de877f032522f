extension Document {
  /// The whole report of a suite: the tables first, then what stands behind them.
  init(_ result: SuiteResult) {
    blocks =
      TitleSection(result: result).blocks + ResultSection(result: result).blocks
      + UnverifiedSection(result: result).blocks + ComparisonSection(result: result).blocks
      + AnatomySection(result: result).blocks
      + FloorSection(result: result, anatomy: { result.anatomies.anatomy(for: $0) }).blocks
      + MethodSection(result: result).blocks + MachineSection(result: result).blocks
  }

  /// What another document shows of it: the tables alone, or where a server ran unverified the
  /// few rows that tell that story; with one line on where they were measured.
  static func excerpt(_ result: SuiteResult) -> Document {
    let story = UnverifiedSection(result: result).headline.map { [Block.table($0)] }
    let shown = story ?? ResultSection(result: result).tables
    return Document(blocks: shown + [.paragraph(MachineSection(result: result).line)])
  }
}
