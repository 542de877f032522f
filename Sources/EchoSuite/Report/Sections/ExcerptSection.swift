internal import EchoIO

/// What another document shows of a suite: a picture, two findings and a small table, which can be read on
/// a narrow screen; or where a server ran unverified the few rows that tell that story.
struct ExcerptSection {
  let result: SuiteResult
  /// Where the suite's files are, from the document.
  let folder: String

  private static let mostFindings = 2
  private static let mostRows = 6
  private static let mostSituations = 3

  var blocks: [Document.Block] {
    let story = UnverifiedSection(result: result).headline.map { [Document.Block.table($0)] }
    return (story ?? answers) + [.paragraph(MachineSection(result: result).line)]
  }

  private var answers: [Document.Block] {
    let findings = Findings(result)
    let ahead = findings.items.filter { $0.kind == .ahead }
    let items = ahead.isEmpty ? findings.items : ahead
    let matrices = findings.matrices.filter { $0.reference != nil }.prefix(Self.mostSituations)
    return picture + [
      .list(
        items.prefix(Self.mostFindings).map {
          "\(emphasis: $0.situation): \(strong: $0.headline). \($0.sentence)"
        })
    ] + (matrices.isEmpty ? [] : [.table(table(Array(matrices)))])
  }

  /// By its path from the document; how it is read stands in the report.
  private var picture: [Document.Block] {
    let pictures = RatioPictures(result)
    guard !pictures.panels.isEmpty else { return [] }
    let (figure, name) = (pictures.file, pictures.file.name)
    return [
      .figure(
        Figure(
          name: folder == "." ? name : "\(folder)/\(name)", title: figure.title,
          description: figure.description, caption: "", drawing: figure.drawing))
    ]
  }

  /// A line for each server, a column for each situation.
  private func table(_ matrices: [RatioMatrix]) -> Table {
    let servers = uniqued(
      matrices[0].rows.map(\.server) + matrices.flatMap { $0.rows.map(\.server) })
    let references = uniqued(matrices.compactMap(\.reference))
    let name = Column<String>(
      references.count == 1 ? "× \(references[0])" : "× reference", .left, value: { $0 })
    let columns = matrices.map { matrix in
      Column<String>(
        matrix.situation.title.isEmpty ? matrix.metric.title : matrix.situation.title,
        value: { server in
          matrix.rows.first { $0.server == server }.map { ratios($0, matrix) }
        })
    }
    return Table(shown(servers, of: matrices), [name] + columns)
  }

  /// So many of them, the reference among them.
  private func shown(_ servers: [String], of matrices: [RatioMatrix]) -> [String] {
    guard servers.count > Self.mostRows else { return servers }
    let reference = matrices[0].reference ?? ""
    let others = servers.filter { $0 != reference }.prefix(Self.mostRows - 1)
    return servers.filter { $0 == reference || others.contains($0) }
  }

  /// `▲ 1.22–1.72`, with every mark that occurs.
  private func ratios(_ row: RatioMatrix.Row, _ matrix: RatioMatrix) -> String {
    if row.isReference { return "= 1" }
    guard let range = row.ratios(matrix.metric) else {
      return row.cells.first.map { matrix.text($0, .unicode) } ?? "–"
    }
    let symbols = uniqued(
      row.outcomes(matrix.metric).map { VerdictSymbols.unicode[$0.outcome.verdict] })
    let words = ratioText(range)
    return "\(symbols.joined()) \(words.dropLast(2))"
  }
}
