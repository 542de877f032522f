internal import EchoIO

/// Each server against the reference, as ratios of the same rounds.
struct ComparisonSection {
  let result: SuiteResult

  var blocks: [Document.Block] {
    guard let first = result.comparisons.first else { return [] }
    return [
      .heading("Comparison", level: 2),
      .paragraph(
        """
        Each module against \(code: first.reference.scenario.server.name) in the same rounds, at \
        the smallest buffer that the message fits. A ratio whose interval contains 1 is a \
        tie.\(shortfall)\(noise)
        """),
      .table(Table(result.comparisons, Self.pair + Metric.compared.flatMap(Self.ratio))),
    ]
  }

  /// Said where too few rounds could be paired for the interval that was asked for.
  private var shortfall: Text {
    let isShort = result.comparisons.contains { comparison in
      Metric.compared.contains { comparison[$0]?.interval.meets() == false }
    }
    guard isShort else { return "" }
    return """
       Intervals have 95 % coverage, or what stands beside them where too few rounds have both \
      modules; below \(fixed(100 * Comparison.minimumCoverage, 0)) % the verdict is \
      \(emphasis: "undecided").
      """
  }

  /// What the scenario that ran twice shows; nothing when none did.
  private var noise: Text {
    let floors = Metric.compared.compactMap { metric -> String? in
      guard let floor = result.noiseFloors[metric.key], let name = metric.comparedAs else {
        return nil
      }
      return "by up to \(fixed(100 * floor.deviation, 1)) % in \(name)"
    }
    guard let last = floors.last else { return "" }
    let others = floors.dropLast().joined(separator: ", ")
    return """
       One scenario ran twice under two names; its two runs differed \
      \(others.isEmpty ? last : "\(others) and \(last)"). Smaller differences are ties.
      """
  }

  private static let pair: [Column<ScenarioComparison>] = [
    Column("Engine", .left, value: \.summary.scenario.load.engine.rawValue),
    Column("Message size", value: \.summary.scenario.load.size),
    Column("Module", .left, value: \.summary.scenario, format: module),
    Column("against", .left, value: \.reference.scenario, format: module),
  ]

  /// Its name, and what else tells it from others: `threads (64 KiB)`.
  @Sendable private static func module(_ scenario: Scenario) -> String {
    let buffer = scenario.server.bufferBytes.map { "\(ByteCount($0))" }
    let verification = scenario.load.verification == .length ? "length only" : nil
    let details = [buffer, verification].compactMap { $0 }
    let name = scenario.server.name
    return details.isEmpty ? name : "\(name) (\(details.joined(separator: ", ")))"
  }

  /// Begins with a capital if it begins with a word: `p50` stays as it is.
  private static func heading(_ name: String) -> String {
    let isWord = name.prefix { $0 != " " }.allSatisfy(\.isLetter)
    return isWord ? name.prefix(1).uppercased() + name.dropFirst() : name
  }

  private static func ratio(_ metric: Metric) -> [Column<ScenarioComparison>] {
    [
      Column(
        "\(heading(metric.comparedAs ?? metric.title)) ratio", value: { $0[metric]?.value },
        format: { fixed($0, 2) }),
      Column(
        "interval", value: { $0[metric]?.interval },
        format: { $0.text { fixed($0, 2) } }),
      Column("Verdict", .left, value: { $0[metric]?.verdict }, format: metric.word),
    ]
  }
}

extension Metric {
  /// What a verdict means for it.
  @Sendable fileprivate func word(_ verdict: Comparison.Verdict) -> String {
    switch (verdict, better) {
    case (.higher, .higher), (.lower, .lower): "better"
    case (.higher, .lower), (.lower, .higher): "worse"
    default: verdict.rawValue
    }
  }
}
