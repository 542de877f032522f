internal import EchoIO

/// Each server against the reference, as ratios of the same rounds.
struct ComparisonSection {
  let result: SuiteResult

  var blocks: [Document.Block] {
    guard let first = result.comparisons.first else { return [] }
    var table = Table([
      .init("Engine", .left), .init("Message size"), .init("Module", .left),
      .init("against", .left),
      .init("Messages/s ratio"), .init("interval"), .init("Verdict", .left),
      .init("Server CPU ratio"), .init("interval"), .init("Verdict", .left),
    ])
    for comparison in result.comparisons {
      let scenario = comparison.summary.scenario
      table.append(
        [
          scenario.load.engine.rawValue, "\(scenario.load.size)",
          module(scenario), module(comparison.reference.scenario),
        ] + cells(comparison.throughput, better: .higher)
          + (comparison.serverCPU.map { cells($0, better: .lower) } ?? ["–", "–", "–"]))
    }
    let floor = result.noiseFloors.map { floors in
      let cpu = floors.serverCPU.map { " and by up to \(percent($0)) in server CPU" } ?? ""
      return "One scenario ran twice under two names; its two runs differed by up to"
        + " \(percent(floors.throughput)) in Messages/s\(cpu). Smaller differences are ties."
    }
    return [
      .heading("Comparison", level: 2),
      .paragraph(
        """
        Each module against \(code: first.reference.scenario.server.name) in the same rounds, at \
        the smallest buffer that the message fits. A ratio whose interval contains 1 is a \
        tie.\(shortfall)\(floor.map { " \($0)" } ?? "")
        """),
      .table(table),
    ]
  }

  /// Said where too few rounds could be paired for the interval that was asked for.
  private var shortfall: Text {
    let isShort = result.comparisons.contains {
      !$0.throughput.ratio.interval.meets() || $0.serverCPU?.ratio.interval.meets() == false
    }
    guard isShort else { return "" }
    return """
       Intervals have 95 % coverage, or what stands beside them where too few rounds have both \
      modules; below \(fixed(100 * Comparison.minimumCoverage, 0)) % the verdict is \
      \(emphasis: "undecided").
      """
  }

  private func percent(_ floor: NoiseFloor) -> String {
    "\(fixed(100 * floor.deviation, 1)) %"
  }

  /// Its name, and what else tells it from others: `threads (64 KiB)`.
  private func module(_ scenario: Scenario) -> String {
    let buffer = scenario.server.bufferBytes.map { "\(ByteCount($0))" }
    let verification = scenario.load.verification == .length ? "length only" : nil
    let details = [buffer, verification].compactMap { $0 }
    let name = scenario.server.name
    return details.isEmpty ? name : "\(name) (\(details.joined(separator: ", ")))"
  }

  private func cells(_ comparison: Comparison, better: Comparison.Verdict) -> [String] {
    let verdict =
      switch comparison.verdict {
      case .tie: "tie"
      case .undecided: "undecided"
      case better: "better"
      default: "worse"
      }
    return [
      fixed(comparison.ratio.median, 2), comparison.ratio.interval.text(digits: 2), verdict,
    ]
  }
}
