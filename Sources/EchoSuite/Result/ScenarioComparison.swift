internal import EchoIO

/// A server against the reference under the same load, verified alike: the first of the plan's
/// servers that measured there. Each server stands with the smallest buffer that a message fits.
/// Where nothing was verified nothing is compared: nobody knows what the servers did.
struct ScenarioComparison: Sendable {
  let summary: Summary
  let reference: Summary
  /// Without the metrics of which no round knows both.
  private let byMetric: [Metric.Key: Comparison]

  /// Nil where no round knows it of both.
  subscript(metric: Metric) -> Comparison? { byMetric[metric.key] }

  /// All that a suite allows, in the order of the plan: compared all at once.
  static func all(_ summaries: [Summary], _ looks: Looks) -> [ScenarioComparison] {
    let pairs = pairs(among: summaries)
    let comparisons = Metric.byRow(pairs.count, Metric.compared) { metric in
      metric.comparisons(
        pairs.map { ($0.summary.series(metric), $0.reference.series(metric)) }, looks)
    }
    return zip(pairs, comparisons).filter { !$1.isEmpty }.map { pair, byMetric in
      ScenarioComparison(summary: pair.summary, reference: pair.reference, byMetric: byMetric)
    }
  }

  private static func pairs(
    among summaries: [Summary]
  ) -> [(summary: Summary, reference: Summary)] {
    var loads: [Load] = []
    var groups: [Load: [Summary]] = [:]
    for summary in summaries where summary.scenario.load.verification != .off {
      let load = summary.scenario.load
      if groups[load] == nil { loads.append(load) }
      groups[load, default: []] += summary.status == .measured ? [summary] : []
    }
    return loads.flatMap { load -> [(summary: Summary, reference: Summary)] in
      let fitting = fittingServers(groups[load] ?? [], load)
      guard let reference = fitting.first else { return [] }
      return fitting.dropFirst().map { ($0, reference) }
    }
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
