internal import EchoIO

/// A server against the reference under the same load, verified alike: the first of the plan's
/// servers that measured there. Each server stands with the smallest buffer that a message fits.
/// Where nothing was verified nothing is compared: nobody knows what the servers did.
struct ScenarioComparison: Sendable {
  let summary: Summary
  let reference: Summary
  let throughput: Comparison
  /// Server CPU per message; nil when one of the two was not read.
  let serverCPU: Comparison?

  static func all(of summaries: [Summary], _ noiseFloors: NoiseFloors?) -> [ScenarioComparison] {
    var loads: [Load] = []
    var groups: [Load: [Summary]] = [:]
    for summary in summaries where summary.scenario.load.verification != .off {
      let load = summary.scenario.load
      if groups[load] == nil { loads.append(load) }
      groups[load, default: []] += summary.figures == nil ? [] : [summary]
    }
    return loads.flatMap { load -> [ScenarioComparison] in
      let fitting = fittingServers(groups[load] ?? [], load)
      guard let reference = fitting.first else { return [] }
      return fitting.dropFirst().compactMap {
        ScenarioComparison($0, against: reference, noiseFloors)
      }
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

  private init?(_ summary: Summary, against reference: Summary, _ noiseFloors: NoiseFloors?) {
    guard let new = summary.figures, let base = reference.figures,
      let throughput = PairedRatio(
        new: new.messagesPerSecondByRound, base: base.messagesPerSecondByRound)
    else { return nil }
    self.summary = summary
    self.reference = reference
    self.throughput = Comparison(throughput, noiseFloor: noiseFloors?.throughput)
    serverCPU = PairedRatio(new: new.serverCPUByRound, base: base.serverCPUByRound)
      .map { Comparison($0, noiseFloor: noiseFloors?.serverCPU) }
  }
}
