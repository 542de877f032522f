internal import EchoIO

/// A row of a page's table.
struct PageRow: Sendable {
  let summary: Summary
  /// Which of ``PageRows/servers`` starts it again, and which of ``PageRows/clients`` drives that.
  let server: Int
  let client: Int
  /// Against its reference; nil of a row that is compared with none.
  let comparison: ScenarioComparison?
  /// Others are compared with it.
  let isReference: Bool
  /// Whether its buffer is the smallest that the message fits, else the largest there is.
  let fits: Bool
  /// Of each axis, which of its values the row has.
  let places: [Int]
  let scale: Scale

  /// How far the graphics of the rows of one situation reach.
  struct Scale: Sendable {
    let mostMessages: Double
    let mostCPU: Double
    let shortest: Double
    let longest: Double
  }
}

/// The rows of a page's table, the best of each situation first.
struct PageRows: Sendable {
  let axes: [PageAxis]
  let rows: [PageRow]
  /// What all rows with a ratio are compared with, where it is one.
  let reference: String?
  /// The commands that start the servers again, and those that drive them, each once: rows of one load
  /// have the same client's.
  let servers: [String]
  let clients: [String]

  init(_ result: SuiteResult) {
    let axes = PageAxis.all(of: result)
    let compared = result.comparisons.filter { $0.subject == .servers }
    let byScenario = Dictionary(
      compared.map { ($0.summary.scenario, $0) }, uniquingKeysWith: { first, _ in first })
    let references = Set(compared.map(\.reference.scenario))
    let fitting = Self.fitting(result.summaries)
    let places = { (summary: Summary) in axes.map { $0.place(of: summary.scenario) } }
    let scales = Dictionary(grouping: result.summaries, by: places).mapValues {
      PageRow.Scale($0)
    }
    let repetitions = result.summaries.map {
      Repetition(
        scenario: $0.scenario, timing: result.plan.timing, hosts: result.plan.hosts)
    }
    let servers = Self.once(repetitions.map(\.server))
    let clients = Self.once(repetitions.map(\.client))
    let rows = zip(result.summaries, repetitions).map { summary, repetition in
      PageRow(
        summary: summary, server: servers.firstIndex(of: repetition.server) ?? 0,
        client: clients.firstIndex(of: repetition.client) ?? 0,
        comparison: byScenario[summary.scenario],
        isReference: references.contains(summary.scenario),
        fits: fitting.contains(summary.scenario), places: places(summary),
        scale: scales[places(summary)] ?? PageRow.Scale([]))
    }
    let names = Set(compared.map(\.reference.scenario.server.name))
    reference = names.count == 1 ? names.first : nil
    self.axes = axes
    self.servers = servers
    self.clients = clients
    self.rows = Self.ordered(rows)
  }

  private static func once(_ commands: [String]) -> [String] {
    commands.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// By situation, and in each the best first; what has no figure comes last, as the plan has it.
  private static func ordered(_ rows: [PageRow]) -> [PageRow] {
    rows.enumerated().sorted { left, right in
      let (first, second) = (left.element, right.element)
      guard first.places == second.places else {
        return first.places.lexicographicallyPrecedes(second.places)
      }
      let marks = [first, second].map { $0.summary.mark ?? -.infinity }
      return marks[0] == marks[1] ? left.offset < right.offset : marks[0] > marks[1]
    }.map(\.element)
  }

  /// Of the rows that differ in their buffers only, the one with the best.
  private static func fitting(_ summaries: [Summary]) -> Set<Scenario> {
    var best: [PageRow.Place: Scenario] = [:]
    for scenario in summaries.map(\.scenario) {
      let place = PageRow.Place(scenario)
      if best[place].map({ scenario.fitsBetter(than: $0) }) ?? true { best[place] = scenario }
    }
    return Set(best.values)
  }
}

extension PageRow {
  /// What is the same of rows that differ in their buffers only.
  fileprivate struct Place: Hashable {
    let name: String
    let threads: Int?
    let sockets: SocketOptions?
    let load: Load
    let client: Client?

    init(_ scenario: Scenario) {
      (name, threads) = (scenario.server.name, scenario.server.threads)
      sockets = scenario.server.sockets
      (load, client) = (scenario.load, scenario.client)
    }
  }
}

extension PageRow.Scale {
  fileprivate init(_ summaries: [Summary]) {
    let most = { (metric: Metric) in
      summaries.compactMap { $0[metric]?.value }.max() ?? 0
    }
    mostMessages =
      summaries.compactMap { row in
        row[.messagesPerSecond].map { max($0.value, $0.finiteEnd ?? 0) }
      }.max() ?? 0
    mostCPU = most(.serverCPU)
    shortest = summaries.compactMap { $0[.p50]?.value }.filter { $0 > 0 }.min() ?? 1
    longest = max(most(.p50), most(.p99))
  }
}

extension Estimate {
  /// The upper end of its interval; nil where there is none.
  var finiteEnd: Double? {
    interval.flatMap { $0.upper.isFinite ? $0.upper : nil }
  }
}

extension Summary {
  /// What rows of a situation are put in order by: more is better. Nil where there is no figure.
  fileprivate var mark: Double? {
    let metric = Metric.headline(of: scenario.load)
    guard let value = self[metric]?.value else { return nil }
    return metric.better == .lower ? -value : value
  }
}
