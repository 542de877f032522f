internal import EchoIO
internal import Foundation

/// `report.md`: the tables first, then what stands behind them.
struct MarkdownReport {
  private let result: SuiteResult

  init(_ result: SuiteResult) {
    self.result = result
  }

  var text: String {
    let sections: [[String]] = [
      title, tables(explained: true), unverifiedSection, comparisons, method, machine,
    ]
    return
      sections
      .filter { !$0.isEmpty }
      .map { $0.joined(separator: "\n").trimmingCharacters(in: .newlines) }
      .joined(separator: "\n\n") + "\n"
  }

  /// What another document shows of it: the tables alone, or where a server ran unverified the
  /// few rows that tell that story; with one line on where they were measured.
  var excerpt: String {
    let cpus = result.machine.processor.usableCPUs.map { "\($0) CPUs of " } ?? ""
    let model = result.machine.processor.model ?? result.machine.processor.architecture
    let virtual = result.machine.virtualised == true ? ", virtual machine" : ""
    let place =
      "\(cpus)\(model)\(virtual), \(result.machine.kernel ?? "unknown kernel"),"
      + " \(plural(plan.rounds, "round")), \(result.machine.date.prefix(10))."
    let shown = UnverifiedSection(result).headline.map { [$0.markdown] } ?? tables(explained: false)
    return (shown + [place]).joined(separator: "\n") + "\n"
  }

  private var plan: Plan { result.plan }

  private var title: [String] {
    var lines = ["# \(plan.name)"]
    if !plan.about.isEmpty { lines += ["", plan.about] }
    let total = plan.trials.count
    if result.trialsDone < total {
      lines += ["", "**Partial**: \(result.trialsDone) of \(total) trials have run."]
    }
    if result.machine.build.configuration == .debug {
      lines += ["", "**Measured with a debug build: the figures mean nothing.**"]
    }
    return lines
  }

  private func tables(explained: Bool) -> [String] {
    let engines = Engine.allCases.filter { engine in
      result.summaries.contains { $0.scenario.engine == engine }
    }
    return engines.flatMap { engine -> [String] in
      let table = ResultTable(result).table(engine).markdown
      return ["## \(heading(engine))", "", table]
    } + (explained ? footnotes : [])
  }

  private func heading(_ engine: Engine) -> String {
    switch engine {
    case .blocking: "Results with the blocking client (\(load(engine)), a thread each)"
    case .event: "Results with the event client (\(load(engine)), epoll in \(workers(engine)))"
    }
  }

  private func load(_ engine: Engine) -> String {
    let counts = Set(plan.scenarios.filter { $0.engine == engine }.map(\.connections)).sorted()
    return counts.map { plural($0, "connection") }.joined(separator: " or ")
  }

  private func workers(_ engine: Engine) -> String {
    let counts = Set(plan.scenarios.filter { $0.engine == engine }.map(\.workers)).sorted()
    return counts.map { plural($0, "thread") }.joined(separator: " or ")
  }

  private var footnotes: [String] {
    let warnings = result.summaries.flatMap { $0.warnings(of: plan) }
    let explanations = Dictionary(grouping: warnings, by: \.kind)
      .sorted { $0.key < $1.key }.compactMap { $0.value.first?.explanation }
    let coverage =
      result.summaries.compactMap { $0.figures?.messagesPerSecond.interval.coverage }
      .min() ?? 1
    let shortfall =
      coverage >= Interval.defaultConfidence
      ? ""
      : " Here the rounds are too few: the interval is their range, at"
        + " \(fixed(100 * coverage, 1)) % coverage."
    return [
      """
      - **Messages/s** are verified round trips; **MB/s** is their payload one way in units of \
      2^20 bytes. A server that does not return what it was sent has no figure.
      - **95 % interval**: of the median of Messages/s over the rounds, from order statistics.\
      \(shortfall)
      - **p50, p99**: round trip as the closed-loop client sees it (service time); medians over \
      rounds.
      - **Bottleneck**: *machine*: no idle CPU left; *server*, *client*: its busiest thread had no \
      time left; *latency*: neither, messages waited for wake-ups.
      """
    ] + explanations.map { "- \($0)" }
  }

  private var comparisons: [String] {
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
          scenario.engine.rawValue, "\(ByteCount(scenario.sizeBytes))",
          buffered(scenario.server), buffered(comparison.reference.scenario.server),
        ] + cells(comparison.throughput, better: .higher)
          + (comparison.serverCPU.map { cells($0, better: .lower) } ?? ["–", "–", "–"]))
    }
    let floor = result.noiseFloors.map { floors in
      let cpu = floors.serverCPU.map { " and by up to \(percent($0)) in server CPU" } ?? ""
      return "One scenario ran twice under two names; its two runs differed by up to"
        + " \(percent(floors.throughput)) in Messages/s\(cpu). Smaller differences are ties."
    }
    return [
      "## Comparison", "",
      "Each module against `\(first.reference.scenario.server.name)` in the same rounds, at the"
        + " smallest buffer that the message fits. A ratio whose interval contains 1 is a tie."
        + (floor.map { " \($0)" } ?? ""),
      "", table.markdown,
    ]
  }

  private func percent(_ floor: NoiseFloor) -> String {
    "\(fixed(100 * floor.deviation, 1)) %"
  }

  private func buffered(_ server: Server) -> String {
    server.bufferBytes.map { "\(server.name) (\(ByteCount($0)))" } ?? server.name
  }

  private func cells(_ comparison: Comparison, better: Comparison.Verdict) -> [String] {
    let interval = comparison.ratio.interval
    let verdict =
      switch comparison.verdict {
      case .tie: "tie"
      case .undecided: "undecided"
      case better: "better"
      default: "worse"
      }
    return [
      fixed(comparison.ratio.median, 2),
      "\(fixed(interval.lower, 2))–\(fixed(interval.upper, 2))", verdict,
    ]
  }

  private var unverifiedSection: [String] {
    UnverifiedSection(result).lines
  }

  private var method: [String] {
    let timing = plan.timing
    return [
      "## How it was measured", "",
      "\(plural(plan.rounds, "round")) of \(plan.scenarios.count) scenarios, in an order"
        + " shuffled per round from seed \(plan.seed); a fresh server and client process for each trial; closed loop;"
        + " \(TimeSpan(nanoseconds: timing.duration)) measured after"
        + " \(TimeSpan(nanoseconds: timing.warmup)) of warm-up. \(result.repeats) attempts were repeats"
        + " of disturbed ones. Placement: \(placement).",
    ]
  }

  private var placement: String {
    let pinned = plan.scenarios.contains { $0.clientCPUs != nil || $0.server.cpus != nil }
    return pinned ? "as in the plan" : "left to the scheduler"
  }

  private var machine: [String] {
    let machine = result.machine
    let facts: [(String, String?)] = [
      ("CPU", machine.processor.model),
      ("CPUs to run on", machine.processor.usableCPUs.map { "\($0)" }),
      ("Memory", machine.memoryBytes.map { "\(fixed(Double($0) / 1_073_741_824, 1)) GiB" }),
      ("Virtualised", machine.virtualised.map { $0 ? machine.hypervisor ?? "yes" : "no" }),
      ("Governor", machine.processor.governor),
      ("Clock", machine.clockSource),
      ("Load before", machine.loadAverage.map { fixed($0, 2) }),
      ("Kernel", machine.kernel), ("System", machine.operatingSystem),
      ("Network", machine.network.kind.rawValue),
      ("echobench", "\(machine.build.version), \(machine.build.configuration.rawValue) build"),
      ("Compiler", machine.build.compiler),
      (
        "Commit",
        machine.build.revision.map { "\($0.commit)\($0.dirty ? ", with changes" : "")" }
      ),
      ("Date", machine.date),
    ]
    var table = Table([.init("Machine", .left), .init("", .left)])
    for (name, value) in facts { if let value { table.append([name, value]) } }
    let findings = Preflight.check(machine, connections: plan.mostConnections).map { "- \($0)" }
    return ["## Where", "", table.markdown] + findings
  }
}
