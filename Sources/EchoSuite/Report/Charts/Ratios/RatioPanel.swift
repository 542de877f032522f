internal import EchoIO

/// What is compared in one situation: a row for each server, with a ratio for each value of the axis
/// that runs within the situation.
struct RatioPanel: Equatable, Sendable {
  let situation: SituationPanel
  /// What the verdicts allow to be said of the situation, or how it is called.
  let heading: String
  /// Of what the ratios are.
  let metric: Metric
  /// The server that all are compared with; nil where that is not one.
  let reference: String?
  var rows: [RatioRow]

  var entries: [RatioRow.Entry] { rows.flatMap(\.entries) }

  /// Every ratio, and the ends of its interval.
  var values: [Double] {
    entries.compactMap(\.finding.comparison).flatMap { comparison in
      [comparison.value, comparison.interval?.lower, comparison.interval?.upper].compactMap { $0 }
    }
  }

  /// Lines that the row with most has.
  var mostEntries: Int { rows.map(\.entries.count).max() ?? 0 }
}

/// A server's ratios in one situation.
struct RatioRow: Equatable, Sendable {
  let server: String
  /// Whether it is what all others are compared with: it has no ratio to itself.
  var isReference = false
  let entries: [Entry]

  struct Entry: Equatable, Sendable {
    /// Of the inner axis: `64 KiB`; empty where there is none.
    let label: String
    let finding: Finding
  }

  enum Finding: Equatable, Sendable {
    case compared(Comparison, with: String)
    /// The server did not echo what it was sent: there is no figure.
    case invalid(reason: String)
    /// It could not run, or has not yet: in a word.
    case missing(String)

    var comparison: Comparison? {
      if case .compared(let comparison, _) = self { comparison } else { nil }
    }
  }

  /// What the order of rows goes by; nil without a ratio.
  var middle: Double? {
    if isReference { return 1 }
    return Sample(entries.compactMap(\.finding.comparison?.value))?.median
  }

  /// Whether every figure of it is none, since the server echoes something else.
  var isInvalid: Bool {
    !entries.isEmpty
      && entries.allSatisfy { if case .invalid = $0.finding { true } else { false } }
  }
}

extension RatioPanel {
  /// Those that the comparisons of servers in a suite make, and nothing of the others.
  static func all(_ result: SuiteResult) -> [RatioPanel] {
    let situations = Situations(result)
    let findings = Findings(result)
    let compared = result.comparisons.filter { $0.subject == .servers }
    let panels = situations.panels(of: compared.map(\.summary.scenario)).flatMap { situation in
      let own = compared.filter { situations.panel(of: $0.summary.scenario) == situation }
      let metrics = [Metric.messagesPerSecond, .rateThatHolds, .p50, .p99].filter { metric in
        own.contains { $0[metric] != nil && metric.comparedIn.includes($0.summary.scenario.load) }
      }
      return metrics.map { metric in
        RatioRows(
          situations: situations, situation: situation,
          heading: heading(own, by: metric, findings),
          metric: metric, comparisons: own,
          summaries: result.summaries.filter { situations.panel(of: $0.scenario) == situation }
        ).panel
      }
    }
    return inOneOrder(panels)
  }

  /// What is said of those whose loads are compared by the metric first.
  private static func heading(
    _ comparisons: [ScenarioComparison], by metric: Metric, _ findings: Findings
  ) -> String? {
    comparisons.lazy.map(\.summary.scenario).first { .headline(of: $0.load) == metric }.flatMap {
      findings.heading(of: $0, by: metric)
    }
  }

  /// Servers in the order in which the first picture has them, the best first: who is looked for stands
  /// at the same place in each.
  private static func inOneOrder(_ panels: [RatioPanel]) -> [RatioPanel] {
    guard let first = panels.first else { return [] }
    let servers = panels.flatMap { $0.rows.map(\.server) }.uniqued
    let middles = Dictionary(
      first.rows.map { ($0.server, $0.middle) }, uniquingKeysWith: { first, _ in first })
    let better = first.metric.better ?? .higher
    let rank = { (server: String) -> Double in
      guard let middle = middles[server] ?? nil else { return .infinity }
      return better == .higher ? -middle : middle
    }
    let order = servers.enumerated().sorted { left, right in
      let ranks = (rank(left.element), rank(right.element))
      return ranks.0 == ranks.1 ? left.offset < right.offset : ranks.0 < ranks.1
    }.map(\.element)
    return panels.map { panel in
      var sorted = panel
      sorted.rows = order.compactMap { name in panel.rows.first { $0.server == name } }
      return sorted
    }
  }
}

/// Makes the panel of one situation and one metric.
private struct RatioRows {
  let situations: Situations
  let situation: SituationPanel
  /// Nil where nothing is said of it by this metric.
  let heading: String?
  let metric: Metric
  /// Of servers in the situation.
  let comparisons: [ScenarioComparison]
  /// All of the situation, measured or not.
  let summaries: [Summary]

  var panel: RatioPanel {
    let references = comparisons.map(\.reference.scenario.server.name).uniqued
    let isAlone = references.count == 1
    let rows = summaries.map(\.scenario.server.name).uniqued.compactMap { server in
      references == [server]
        ? RatioRow(server: server, isReference: true, entries: []) : row(server)
    }
    return RatioPanel(
      situation: situation,
      heading: heading
        ?? (situations.outer.isEmpty
          ? metric.figure : "\(situation.heading): \(metric.figure)"),
      metric: metric, reference: isAlone ? references[0] : nil, rows: rows)
  }

  /// Nil where there is nothing to say of it.
  private func row(_ server: String) -> RatioRow? {
    let own = summaries.filter {
      $0.scenario.server.name == server && metric.comparedIn.includes($0.scenario.load)
    }
    let loads = own.map(\.scenario.load).uniqued.enumerated().sorted { left, right in
      let places = (place(left.element), place(right.element))
      return places.0 == places.1 ? left.offset < right.offset : places.0 < places.1
    }.map(\.element)
    let entries = loads.compactMap { load in
      finding(own.filter { $0.scenario.load == load }).map { finding in
        RatioRow.Entry(label: situations.innerValue(of: load)?.text ?? "", finding: finding)
      }
    }
    return entries.isEmpty ? nil : RatioRow(server: server, entries: entries)
  }

  private func place(_ load: Load) -> Int {
    let value = situations.innerValue(of: load)
    return situations.inner?.values.firstIndex { $0 == value } ?? 0
  }

  /// Of a server under one load, with its buffers.
  private func finding(_ rows: [Summary]) -> RatioRow.Finding? {
    let scenarios = rows.map(\.scenario)
    if let comparison = comparisons.first(where: { scenarios.contains($0.summary.scenario) }),
      let ratio = comparison[metric]
    {
      return .compared(ratio, with: comparison.reference.scenario.server.name)
    }
    guard let row = rows.fitting else { return nil }
    switch row.status {
    case .measured: return nil
    case .invalid: return .invalid(reason: row.reasons.first ?? "")
    case .failed, .unavailable, .pending: return .missing(row.statusText)
    }
  }
}
