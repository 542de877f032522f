internal import EchoIO

extension Document {
  /// The report of a suite: the answers first, then what they stand on for who asks.
  init(_ result: SuiteResult) {
    let findings = Findings(result)
    blocks =
      TitleSection(result: result).blocks
      + FindingsSection(findings: findings, told: Trust(result: result).alarms).blocks
      + Self.picture(result) + MatrixSection(matrices: findings.matrices).blocks
      + EssentialTable(result: result).blocks + Self.foundations(result)
  }

  /// Nothing where nothing is compared.
  private static func picture(_ result: SuiteResult) -> [Block] {
    let pictures = RatioPictures(result)
    return pictures.panels.isEmpty ? [] : [.figure(pictures.file)]
  }

  /// The full tables and all that belongs to them, each section folded.
  private static func foundations(_ result: SuiteResult) -> [Block] {
    let figures = ResultSection(result: result).blocks
    let sections = [
      HostSection(result: result).blocks,
      UnverifiedSection(result: result).blocks, ComparisonSection(result: result).blocks,
      AnatomySection(result: result).blocks,
      FloorSection(result: result, anatomy: { result.anatomies.anatomy(for: $0) }).blocks,
      MethodSection(result: result).blocks, MachineSection(result: result).blocks,
    ]
    return [.details("All figures, and what they mean", figures)]
      + sections.compactMap { blocks in
        guard case .heading(let title, _)? = blocks.first else { return nil }
        return .details(title, Array(blocks.dropFirst()))
      } + [.paragraph("The full figures are \(code: "report.csv") and \(code: "report.json").")]
  }

  /// What another document shows of it.
  /// - Parameter folder: where the suite's files are, from that document.
  static func excerpt(_ result: SuiteResult, folder: String) -> Document {
    Document(blocks: ExcerptSection(result: result, folder: folder).blocks)
  }
}
