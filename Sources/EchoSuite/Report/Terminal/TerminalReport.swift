internal import EchoIO

/// What a suite ends with on a terminal: who is ahead in each situation, with a bar for each row or, of
/// many, a matrix of ratios; and what to know before believing it.
public struct TerminalReport: Sendable {
  private let result: SuiteResult
  private let style: TerminalStyle
  /// Where the page is that has everything.
  private let page: String?

  /// - Parameter page: an address; nil where there is none.
  public init(_ result: SuiteResult, _ style: TerminalStyle, page: String? = nil) {
    self.result = result
    self.style = style
    self.page = page
  }

  /// Lines of at most 100 columns, each with its end.
  public var text: String {
    let findings = Findings(result)
    let blocks = findings.matrices.filter { $0.reference != nil }.map { block($0, findings) }
    let paragraphs = [header] + blocks + [others(findings), notes(findings)]
    let all = paragraphs.filter { !$0.isEmpty } + (page.map { [["Look at it: \($0)"]] } ?? [])
    return all.map { $0.map { "\($0)\n" }.joined() }.joined(separator: "\n")
  }

  private var header: [String] {
    let servers = Set(result.summaries.map(\.scenario.server.name)).count
    let rounds = result.summaries.map(\.rounds.count).filter { $0 > 0 }
    let counts = Set(rounds).count > 1 ? "\(rounds.min() ?? 0) to " : ""
    let machine = result.machine
    let cpus = machine.processor.usableCPUs.map { " on \(plural($0, "CPU"))" } ?? ""
    let model = machine.processor.model.map { " of \($0)" } ?? ""
    return style.wrapped(
      "\(result.plan.name): \(plural(servers, "server")), \(counts)\(plural(rounds.max() ?? 0, "round"))\(cpus)\(model)"
        + (machine.virtualised == true ? " (virtual machine)" : ""))
      + Trust(result: result).alarms.flatMap { style.wrapped("! \($0.words)") }
  }

  private func block(_ matrix: RatioMatrix, _ findings: Findings) -> [String] {
    let title = AheadFinding(matrix).heading
    let split = title.split(separator: ":", maxSplits: 1)
    let heading =
      split.count == 2 && !matrix.situation.title.isEmpty
      ? "\(split[0].uppercased()):\(split[1])" : title
    let rows = matrix.rows.count * matrix.values.count
    let table =
      rows <= Self.mostBars
      ? BarBlock(matrix: matrix, style: style).lines
      : MatrixBlock(matrix: matrix, style: style).lines
    return style.wrapped(heading).map { style.painted($0, .bold) } + table
  }

  /// More rows than that are a matrix.
  static let mostBars = 20

  /// What else was found, a sentence each.
  private func others(_ findings: Findings) -> [String] {
    findings.items.filter { $0.kind != .ahead }.flatMap { item in
      // Of CPU every situation has a sentence.
      let sentences = [item.sentence] + (item.kind == .cost ? item.details : [])
      return style.wrapped(
        "\(item.situation): \(item.headline). \(joined(sentences).words)", indent: "  ")
    }
  }

  private func notes(_ findings: Findings) -> [String] {
    let alarms = Trust(result: result).alarms
    let symbols = style.symbols
    let legend =
      "\(symbols.better) ahead, \(symbols.worse) behind, \(symbols.tie) a tie, \(symbols.undecided) undecided."
    return (findings.matrices.contains { $0.reference != nil } ? style.wrapped(legend) : [])
      + findings.trust.filter { !alarms.contains($0) }.flatMap {
        style.wrapped($0.words, indent: "  ")
      }
  }
}
