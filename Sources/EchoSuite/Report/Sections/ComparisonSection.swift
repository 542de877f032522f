internal import EchoIO

/// Each server against the reference, as ratios of the same rounds.
struct ComparisonSection {
  let result: SuiteResult

  var blocks: [Document.Block] {
    let subjects = ScenarioComparison.Subject.allCases.map { subject in
      (subject, result.comparisons.filter { $0.subject == subject })
    }.filter { !$1.isEmpty }
    guard !subjects.isEmpty else { return [] }
    return [.heading("Comparison", level: 2)]
      + subjects.flatMap { subject, comparisons -> [Document.Block] in
        [.paragraph(introduction(subject, comparisons))]
          + (subject == subjects[0].0 ? [.paragraph(Text(chance))] : [])
          + [
            .table(
              Table(
                comparisons,
                pair(subject, comparisons) + metrics(subject, comparisons).flatMap(Self.ratio)))
          ]
      }
  }

  /// Those that say something of any row.
  private func metrics(
    _ subject: ScenarioComparison.Subject, _ comparisons: [ScenarioComparison]
  ) -> [Metric] {
    subject.metrics.filter { metric in
      comparisons.contains { metric.comparedIn.includes($0.summary.scenario.load) }
    }
  }

  private func introduction(
    _ subject: ScenarioComparison.Subject, _ comparisons: [ScenarioComparison]
  ) -> Text {
    switch subject {
    case .servers:
      """
      Each module against \(reference(comparisons, \.server.name)) in the same rounds\(alike), at \
      the smallest buffer that the message fits. \(emphasis: "better") and \(emphasis: "worse"): \
      the 99.9 % interval of the ratio excludes 1. \(emphasis: "tie"): the 95 % interval, which \
      is shown, lies within ÷\(fixed(Verdict.margin, 2)) and ×\(fixed(Verdict.margin, 2)), and \
      within what is said. \(emphasis: "undecided"): neither is known.\(openLoop(comparisons))
      """
    case .clients:
      """
      Each client against \(reference(comparisons, \.clientName)), with the same server and load in \
      the same rounds.
      """
    case .idleConnections:
      """
      Each module beside idle connections, which are open and silent, against itself without them, in \
      the same rounds.
      """
    }
  }

  /// What all of them are compared with, if it is one.
  private func reference(
    _ comparisons: [ScenarioComparison], _ name: (Scenario) -> String
  ) -> Text {
    let names = Set(comparisons.map { name($0.reference.scenario) })
    guard names.count == 1, let name = names.first else { return "the one beside it" }
    return "\(code: name)"
  }

  private var alike: String { result.plan.hasClients ? " with the same client" : "" }

  /// Said where there is one.
  private func openLoop(_ comparisons: [ScenarioComparison]) -> String {
    comparisons.contains { $0.summary.scenario.load.rate != nil }
      ? " In an open loop Messages/s are what was offered, so that times are compared instead." : ""
  }

  /// How many differences there would be without any.
  private var chance: String {
    let made = result.comparisons.reduce(0) { sum, comparison in
      sum + comparison.subject.metrics.count { comparison[$0] != nil }
    }
    if let indecision = result.plan.indecision {
      return "\(plural(made, "comparison")) were made: \(indecision).\(twin)"
    }
    let looks = result.plan.looks
    let expected = fixed(WrongVerdicts.expected(comparisons: made, looks: looks), 2)
    return "\(plural(made, "comparison")) were made, each looked at after \(list(looks.counts))"
      + " rounds. If all modules\(result.plan.hasClients ? " and all clients" : "") were equal, \(expected) of them would be called different by"
      + " chance.\(twin)"
  }

  /// What the scenario that ran twice shows; nothing when none did.
  private var twin: String {
    guard let twin = result.twin, twin.differences.isEmpty else { return "" }
    return " \(twin.words)."
  }

  private func list(_ counts: [Int]) -> String {
    let words = counts.map { "\($0)" }
    guard let last = words.last, words.count > 1 else { return words.joined() }
    return words.dropLast().joined(separator: ", ") + " and " + last
  }

  private func pair(
    _ subject: ScenarioComparison.Subject, _ comparisons: [ScenarioComparison]
  ) -> [Column<ScenarioComparison>] {
    // Those of both sides: what differs from row to row, or between the two.
    let loads = comparisons.flatMap { [$0.summary.scenario.load, $0.reference.scenario.load] }
    let load: [Column<ScenarioComparison>] =
      [
        Column("Engine", .left, value: \.summary.scenario.load.engine.rawValue),
        Column("Message size", value: \.summary.scenario.load.size),
      ] + Column.axes(inWhich: loads, of: \.summary.scenario.load)
    let client = Column<ScenarioComparison>(
      "Client", .left, value: \.summary.scenario.clientName)
    let module = Column<ScenarioComparison>(
      "Module", .left, value: \.summary.scenario, format: Self.module)
    switch subject {
    case .servers:
      let reference = Column<ScenarioComparison>(
        "against", .left, value: \.reference.scenario, format: Self.module)
      return load + (result.plan.hasClients ? [client] : []) + [module, reference]
    case .clients:
      let reference = Column<ScenarioComparison>(
        "against", .left, value: \.reference.scenario.clientName)
      return load + [module, client, reference]
    case .idleConnections:
      return load + (result.plan.hasClients ? [client] : []) + [module]
    }
  }

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
        format: ratioFigure),
      Column(
        "interval", value: { $0[metric]?.interval },
        format: { $0.text(ratioFigure) }),
      Column("Verdict", .left, value: { $0[metric]?.verdict }),
    ]
  }
}
