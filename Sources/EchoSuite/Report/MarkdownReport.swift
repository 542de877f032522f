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
      title, tables(explained: true), UnverifiedSection(result).lines,
      ComparisonSection(result).lines, method, machine,
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
      result.summaries.contains { $0.scenario.load.engine == engine }
    }
    return engines.flatMap { engine -> [String] in
      let table = ResultTable(result).table(engine).markdown
      return ["## \(heading(engine))", "", table]
    } + (explained ? Footnotes(result).lines : [])
  }

  private func heading(_ engine: Engine) -> String {
    switch engine {
    case .blocking: "Results with the blocking client (\(load(engine)), a thread each)"
    case .event: "Results with the event client (\(load(engine)), epoll in \(workers(engine)))"
    }
  }

  private func load(_ engine: Engine) -> String {
    let counts = Set(plan.scenarios.filter { $0.load.engine == engine }.map(\.load.connections))
      .sorted()
    return counts.map { plural($0, "connection") }.joined(separator: " or ")
  }

  private func workers(_ engine: Engine) -> String {
    let counts = Set(plan.scenarios.filter { $0.load.engine == engine }.map(\.load.workers))
      .sorted()
    return counts.map { plural($0, "thread") }.joined(separator: " or ")
  }

  private var method: [String] {
    let timing = plan.timing
    return [
      "## How it was measured", "",
      "\(plural(plan.rounds, "round")) of \(plural(plan.scenarios.count, "scenario")), in an order"
        + " shuffled per round from seed \(plan.seed); a fresh server and client process for each trial; closed loop;"
        + " \(TimeSpan(nanoseconds: timing.duration)) measured after"
        + " \(TimeSpan(nanoseconds: timing.warmup)) of warm-up. \(result.repeats) attempts were repeats"
        + " of disturbed ones. Placement: \(placement).",
    ]
  }

  private var placement: String {
    let isPinned = plan.scenarios.contains { $0.isPinned }
    return "left to the scheduler" + (isPinned ? ", but where the tables name CPUs" : "")
  }

  private var machine: [String] {
    let machine = result.machine
    let facts: [(String, String?)] = [
      ("CPU", machine.processor.model),
      ("CPUs to run on", machine.processor.usableCPUs.map { "\($0)" }),
      ("Memory", machine.memoryBytes.map { "\(fixed(Double($0) / bytesPerMB / 1024, 1)) GiB" }),
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
