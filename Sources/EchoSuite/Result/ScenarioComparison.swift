internal import EchoIO

/// A row against its reference under the same load, verified alike: a server against the one that it
/// names, or the first of the plan's servers that measured there, with the same client, each with the
/// smallest buffer that a message fits; a client against the first that measured the same server; or a
/// row with idle connections against the same without.
/// Where nothing was verified nothing is compared: nobody knows what the servers did.
struct ScenarioComparison: Sendable {
  let subject: Subject
  let summary: Summary
  let reference: Summary
  /// Without the metrics of which no round knows both.
  private let byMetric: [Metric.Key: Comparison]

  /// What differs between the two.
  enum Subject: CaseIterable, Sendable {
    case servers, clients
    /// The same server under the same load, but for connections that are idle.
    case idleConnections

    /// Those that it is compared by, under one load or another.
    var metrics: [Metric] {
      switch self {
      case .servers, .idleConnections: Metric.compared
      case .clients: Metric.comparedOfClients
      }
    }
  }

  /// Nil where no round knows it of both.
  subscript(metric: Metric) -> Comparison? { byMetric[metric.key] }

  /// The ratio in each round that has both, as it was measured.
  func pairs(_ metric: Metric) -> RoundPairs {
    RoundPairs(
      new: summary.comparedSeries(metric).byRound, base: reference.comparedSeries(metric).byRound)
  }

  private typealias Pair = (summary: Summary, reference: Summary)

  /// All that a suite allows, servers before clients, in the order of the plan: those of a subject
  /// compared all at once.
  static func all(_ summaries: [Summary], _ looks: Looks) -> [ScenarioComparison] {
    Subject.allCases.flatMap { subject -> [ScenarioComparison] in
      let pairs = pairs(of: subject, among: summaries)
      let comparisons = Metric.byRow(pairs.count, subject.metrics) { metric in
        metric.comparisons(
          pairs.map { ($0.summary.comparedSeries(metric), $0.reference.comparedSeries(metric)) },
          looks)
      }
      return zip(pairs, comparisons).filter { !$1.isEmpty }.map { pair, byMetric in
        ScenarioComparison(
          subject: subject, summary: pair.summary, reference: pair.reference, byMetric: byMetric)
      }
    }
  }

  private static func pairs(of subject: Subject, among summaries: [Summary]) -> [Pair] {
    let compared = summaries.filter { $0.scenario.load.verification != .off }
    switch subject {
    case .servers:
      return groups(compared, alike: { ServersAlike($0) }).flatMap { group in
        serverPairs(fittingServers(group, group[0].scenario.load))
      }
    case .clients:
      return groups(compared, alike: { $0.drivenByOwn }).flatMap { group in
        group.dropFirst().map { ($0, group[0]) }
      }
    case .idleConnections:
      return groups(compared, alike: { $0.withoutIdle }).flatMap { group -> [Pair] in
        guard let without = group.first(where: { $0.scenario.load.idle == nil }) else { return [] }
        return group.filter { $0.scenario.load.idle != nil }.map { ($0, without) }
      }
    }
  }

  /// Each with the server that it names, or the first.
  private static func serverPairs(_ servers: [Summary]) -> [Pair] {
    servers.compactMap { row in
      let name = row.scenario.server.against ?? servers[0].scenario.server.name
      guard name != row.scenario.server.name,
        let reference = servers.first(where: { $0.scenario.server.name == name })
      else { return nil }
      return (row, reference)
    }
  }

  /// What is the same of servers that are compared.
  private struct ServersAlike: Hashable {
    let load: Load
    let client: Client?

    init(_ scenario: Scenario) {
      (load, client) = (scenario.load, scenario.client)
    }
  }

  /// Rows that were measured and have something in common, in the order of the plan.
  private static func groups<Key: Hashable>(
    _ summaries: [Summary], alike: (Scenario) -> Key
  ) -> [[Summary]] {
    var keys: [Key] = []
    var groups: [Key: [Summary]] = [:]
    for summary in summaries where summary.status == .measured {
      let key = alike(summary.scenario)
      if groups[key] == nil { keys.append(key) }
      groups[key, default: []].append(summary)
    }
    return keys.compactMap { groups[$0] }
  }

  private static func fittingServers(_ summaries: [Summary], _ load: Load) -> [Summary] {
    var names: [String] = []
    var best: [String: Summary] = [:]
    for summary in summaries {
      let server = summary.scenario.server
      guard let buffer = server.bufferBytes else {
        names.append(server.name)
        best[server.name] = summary
        continue
      }
      guard buffer >= load.size.bytes else { continue }
      if best[server.name] == nil { names.append(server.name) }
      if buffer < best[server.name]?.scenario.server.bufferBytes ?? .max {
        best[server.name] = summary
      }
    }
    return names.compactMap { best[$0] }
  }
}
