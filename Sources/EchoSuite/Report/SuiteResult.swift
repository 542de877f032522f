internal import EchoIO

/// What a suite found: a pure function of what its trials wrote, so that running it and reading
/// its files again give the same reports.
public struct SuiteResult: Sendable {
  let plan: Plan
  let machine: Machine
  /// In the order of the plan, without twins and without unverified scenarios.
  let summaries: [Summary]
  /// Scenarios that were not verified on purpose, beside what verification said of them.
  let unverified: [Summary]
  let noiseFloor: NoiseFloor?
  let comparisons: [ScenarioComparison]
  /// Attempts beyond the first at a trial.
  let repeats: Int
  /// Trials that have run, of all.
  let trialsDone: Int

  public init(plan: Plan, machine: Machine, measurements: [Measurement]) {
    self.plan = plan
    self.machine = machine
    let grouped = Dictionary(grouping: measurements, by: \.scenario)
    let all = plan.scenarios.indices.map { Summary(plan.scenarios[$0], grouped[$0] ?? []) }
    summaries = all.filter { !$0.scenario.isTwin && $0.scenario.verification == .full }
    unverified = all.filter { !$0.scenario.isTwin && $0.scenario.verification != .full }
    let noiseFloor = Self.noiseFloor(all)
    self.noiseFloor = noiseFloor
    comparisons = ScenarioComparison.all(of: summaries, noiseFloor: noiseFloor)
    repeats = measurements.count { $0.attempt > 1 }
    trialsDone = Set(measurements.map(\.trial)).count
  }

  /// From the scenario that ran twice.
  private static func noiseFloor(_ summaries: [Summary]) -> NoiseFloor? {
    guard let twin = summaries.first(where: \.scenario.isTwin),
      let first = summaries.first(where: {
        !$0.scenario.isTwin && $0.scenario.twin == twin.scenario
      }),
      let base = first.figures, let again = twin.figures,
      let ratio = PairedRatio(
        new: again.messagesPerSecondByRound, base: base.messagesPerSecondByRound)
    else { return nil }
    return NoiseFloor(ratio)
  }
}

/// A server against the reference under the same load: the first of the plan's servers that
/// measured there. Each server stands with the smallest buffer that a message fits.
struct ScenarioComparison: Sendable {
  let summary: Summary
  let reference: Summary
  let throughput: Comparison
  /// Server CPU per message; nil when one of the two was not read.
  let serverCPU: Comparison?

  static func all(of summaries: [Summary], noiseFloor: NoiseFloor?) -> [ScenarioComparison] {
    var loads: [Load] = []
    var groups: [Load: [Summary]] = [:]
    for summary in summaries {
      let load = Load(engine: summary.scenario.engine, sizeBytes: summary.scenario.sizeBytes)
      if groups[load] == nil { loads.append(load) }
      groups[load, default: []] += summary.figures == nil ? [] : [summary]
    }
    return loads.flatMap { load -> [ScenarioComparison] in
      let fitting = fittingServers(groups[load] ?? [], load)
      guard let reference = fitting.first else { return [] }
      return fitting.dropFirst().compactMap {
        ScenarioComparison($0, against: reference, noiseFloor)
      }
    }
  }

  private struct Load: Hashable {
    let engine: Engine
    let sizeBytes: Int
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
      guard buffer >= load.sizeBytes else { continue }
      if best[server.name] == nil { names.append(server.name) }
      if buffer < best[server.name]?.scenario.server.bufferBytes ?? .max {
        best[server.name] = summary
      }
    }
    return names.compactMap { best[$0] }
  }

  private init?(_ summary: Summary, against reference: Summary, _ noiseFloor: NoiseFloor?) {
    guard let new = summary.figures, let base = reference.figures,
      let throughput = PairedRatio(
        new: new.messagesPerSecondByRound, base: base.messagesPerSecondByRound)
    else { return nil }
    self.summary = summary
    self.reference = reference
    self.throughput = Comparison(throughput, noiseFloor: noiseFloor)
    serverCPU = PairedRatio(new: new.serverCPUByRound, base: base.serverCPUByRound)
      .map { Comparison($0) }
  }
}
