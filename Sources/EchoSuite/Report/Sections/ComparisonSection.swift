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
        the smallest buffer that the message fits. \(emphasis: "better") and \(emphasis: "worse"): \
        the 99.9 % interval of the ratio excludes 1. \(emphasis: "tie"): the 95 % interval, which \
        is shown, lies within ÷\(fixed(Verdict.margin, 2)) and ×\(fixed(Verdict.margin, 2)), and \
        within what is said. \(emphasis: "undecided"): neither is known.
        """),
      .paragraph(Text(chance)),
      .table(Table(result.comparisons, Self.pair + Metric.compared.flatMap(Self.ratio))),
    ]
  }

  /// How many differences there would be without any.
  private var chance: String {
    let made = result.comparisons.reduce(0) { sum, comparison in
      sum + Metric.compared.count { comparison[$0] != nil }
    }
    let looks = result.plan.looks
    let expected = fixed(WrongVerdicts.expected(comparisons: made, looks: looks), 2)
    return "\(plural(made, "comparison")) were made, each looked at after \(list(looks.counts))"
      + " rounds. If all modules were equal, \(expected) of them would be called different by"
      + " chance.\(twin)"
  }

  /// What the scenario that ran twice shows; nothing when none did.
  private var twin: String {
    guard let twin = result.twin, twin.differences.isEmpty else { return "" }
    return " One scenario ran twice under two names and does not differ from itself."
  }

  private func list(_ counts: [Int]) -> String {
    let words = counts.map { "\($0)" }
    guard let last = words.last, words.count > 1 else { return words.joined() }
    return words.dropLast().joined(separator: ", ") + " and " + last
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

  private static func ratio(_ metric: Metric) -> [Column<ScenarioComparison>] {
    [
      Column(
        "\(metric.heading) ratio", value: { $0[metric]?.value },
        format: { fixed($0, 2) }),
      Column(
        "interval", value: { $0[metric]?.interval },
        format: { $0.text { fixed($0, 2) } }),
      Column("Verdict", .left, value: { $0[metric]?.verdict }),
    ]
  }
}
