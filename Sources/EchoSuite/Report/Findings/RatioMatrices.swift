internal import EchoIO

extension RatioMatrix {
  /// A matrix for each situation and each reference in it, in the order of the plan. Rows of which nothing
  /// was verified are in none: nobody knows what the servers did.
  static func all(_ result: SuiteResult) -> [RatioMatrix] {
    let situations = Situations(result)
    let rows = result.summaries.filter { $0.scenario.load.verification != .off }
    var keys: [Key] = []
    var groups: [Key: [Summary]] = [:]
    for row in rows {
      let key = Key(row.scenario, situations)
      if groups[key] == nil { keys.append(key) }
      groups[key, default: []].append(row)
    }
    let comparisons = result.comparisons.filter { $0.subject == .servers }
    return keys.flatMap { key -> [RatioMatrix] in
      Group(
        rows: groups[key] ?? [], comparisons: comparisons, situations: situations,
        hasClients: result.plan.hasClients
      ).matrices
    }
  }

  /// What is the same of the rows of a matrix.
  private struct Key: Hashable {
    let outer: [String]
    let client: String
    /// What an open loop offers is no figure, so that its rows are compared by times; where the rate is
    /// found, by that.
    let headline: Metric

    init(_ scenario: Scenario, _ situations: Situations) {
      let values = zip(situations.axes, situations[scenario.load].values)
      outer = values.filter { axis, _ in axis != situations.inner }.map(\.1)
      client = scenario.clientName
      headline = .headline(of: scenario.load)
    }
  }
}

/// The rows of a situation, on their way into matrices.
private struct Group {
  let rows: [Summary]
  let values: [Situations.Value]
  let words: SituationWords
  private let valueOf: (Load) -> String
  private let comparisons: [Scenario: ScenarioComparison]
  private let references: Set<Scenario>

  init(
    rows: [Summary], comparisons: [ScenarioComparison], situations: Situations, hasClients: Bool
  ) {
    self.rows = rows
    let inner = situations.inner
    let place = situations.axes.firstIndex { $0 == inner }
    valueOf = { load in place.map { situations[load].values[$0] } ?? "" }
    let present = Set(rows.map { [valueOf] in valueOf($0.scenario.load) })
    values =
      inner?.values.filter { present.contains($0.argument) }
      ?? [Situations.Value(argument: "", text: "")]
    words = SituationWords(
      rows[0].scenario.load, outer: situations.outer,
      client: hasClients ? rows[0].scenario.clientName : nil, inner: inner,
      values: values.map(\.text))
    let scenarios = Set(rows.map(\.scenario))
    let own = comparisons.filter { scenarios.contains($0.summary.scenario) }
    self.comparisons = Dictionary(
      own.map { ($0.summary.scenario, $0) }, uniquingKeysWith: { first, _ in first })
    references = Set(own.map(\.reference.scenario))
  }

  var matrices: [RatioMatrix] {
    let servers = uniqued(rows.map(\.scenario.server.name))
    let own = servers.map { ($0, reference(of: $0)) }
    let names = servers.filter { name in own.contains { $0.1 == name } }
    guard let first = names.first else { return [matrix(servers, against: nil, words: words)] }
    return names.map { name in
      // What is compared with nothing stands beside the first.
      let members = own.filter { server, reference in
        server == name || reference == name
          || (reference == nil && name == first && !names.contains(server))
      }
      return matrix(
        members.map(\.0), against: name, words: names.count > 1 ? words.against(name) : words)
    }
  }

  /// The one that it is compared with most often; nil where it is with none.
  private func reference(of server: String) -> String? {
    let names = rows.filter { $0.scenario.server.name == server }.compactMap {
      comparisons[$0.scenario]?.reference.scenario.server.name
    }
    return uniqued(names).max { left, right in
      names.count { $0 == left } < names.count { $0 == right }
    }
  }

  private func matrix(
    _ servers: [String], against reference: String?, words: SituationWords
  ) -> RatioMatrix {
    let metric = Metric.headline(of: rows[0].scenario.load)
    let matrixRows = servers.map { server in
      RatioMatrix.Row(
        server: server, isReference: server == reference,
        cells: values.map { cell(server, $0, against: reference) })
    }
    return RatioMatrix(
      situation: words, metric: metric, reference: reference, values: values,
      rows: matrixRows.bestFirst(by: metric))
  }

  private func cell(
    _ server: String, _ value: Situations.Value, against reference: String?
  ) -> RatioMatrix.Cell {
    let all = rows.filter {
      $0.scenario.server.name == server && valueOf($0.scenario.load) == value.argument
    }
    let comparison = all.lazy.compactMap { comparisons[$0.scenario] }.first {
      $0.reference.scenario.server.name == reference
    }
    if let comparison, server != reference {
      return RatioMatrix.Cell(.compared, comparison.summary, outcomes: comparison.outcomes)
    }
    let measuredReference = all.first { references.contains($0.scenario) }
    guard let summary = measuredReference ?? all.fitting else {
      return RatioMatrix.Cell(.missing, nil)
    }
    let isReference = server == reference && summary.status == .measured
    return RatioMatrix.Cell(isReference ? .reference : summary.status.ofCell, summary)
  }
}

extension RatioMatrix.Cell {
  fileprivate init(
    _ state: RatioMatrix.State, _ summary: Summary?,
    outcomes: [Metric.Key: RatioMatrix.Outcome] = [:]
  ) {
    self.init(
      state: state, outcomes: outcomes, isClientBound: summary?.bottleneck == .known(.client),
      summary: summary)
  }
}

extension Summary.Status {
  fileprivate var ofCell: RatioMatrix.State {
    switch self {
    case .measured: .uncompared
    case .invalid: .invalid
    case .failed: .failed
    case .unavailable: .unavailable
    case .pending: .pending
    }
  }
}

extension ScenarioComparison {
  fileprivate var outcomes: [Metric.Key: RatioMatrix.Outcome] {
    let known = Metric.compared.compactMap { metric in
      self[metric].map {
        (
          metric.key,
          RatioMatrix.Outcome(verdict: $0.verdict, ratio: $0.value, interval: $0.interval)
        )
      }
    }
    return Dictionary(uniqueKeysWithValues: known)
  }
}

extension [Summary] {
  /// With the smallest buffer that the message fits, else the largest.
  var fitting: Summary? {
    dropFirst().reduce(first) { best, row in
      best.map { row.scenario.fitsBetter(than: $0.scenario) } == true ? row : best
    }
  }
}

extension [RatioMatrix.Row] {
  /// By the middle of their ratios, which is an order and no verdict; the reference where its 1 is, and
  /// those without a ratio last. In the order of the plan where that is the same.
  func bestFirst(by metric: Metric) -> [RatioMatrix.Row] {
    let places = map { $0.middle(metric) }
    return indices.sorted { left, right in
      switch (places[left], places[right]) {
      case (let one?, let other?) where one != other:
        metric.better == .lower ? one < other : one > other
      case (.some, nil): true
      case (nil, .some): false
      default: left < right
      }
    }.map { self[$0] }
  }
}

extension RatioMatrix.Row {
  /// The lower of the two in the middle, where there are two; nil without a ratio.
  fileprivate func middle(_ metric: Metric) -> Double? {
    if isReference { return 1 }
    let ratios = outcomes(metric).compactMap(\.outcome.ratio).sorted()
    return ratios.isEmpty ? nil : ratios[(ratios.count - 1) / 2]
  }
}

/// Each once, in the order of the first.
func uniqued<Element: Hashable>(_ elements: [Element]) -> [Element] {
  var known: Set<Element> = []
  return elements.filter { known.insert($0).inserted }
}
