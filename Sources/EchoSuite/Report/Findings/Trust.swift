internal import EchoIO

/// How far a suite's findings can be trusted, a sentence each; alarms first.
struct Trust {
  let result: SuiteResult

  var texts: [Text] { alarms + [margin].compactMap { $0 } + twin + undecided + width + cpus }

  /// What has to be known before anything else is read.
  var alarms: [Text] { [partial, debug, difference].compactMap { $0 } }

  private var debug: Text? {
    result.machine.build.configuration == .debug
      ? "\(strong: "Measured with a debug build: the figures mean nothing.")" : nil
  }

  private var partial: Text? {
    guard result.trialsLeft > 0 else { return nil }
    let done = result.trialsDone
    guard result.plan.goals.precision == nil else {
      return "\(strong: "Partial"): the suite was interrupted after \(done) trials."
    }
    return "\(strong: "Partial"): \(done) of \(done + result.trialsLeft) trials have run."
  }

  /// What ran twice under two names and differs from itself makes every difference doubtful.
  private var difference: Text? {
    guard let twin = result.twin, !twin.differences.isEmpty else { return nil }
    return """
      \(strong: "One scenario differs from itself"): \(twin.scenario.name) ran twice under two names, \
      and the two differ in \(listed(twin.differences.compactMap(\.comparedAs))) with 99.9 % confidence. \
      Something disturbs this suite: no other difference can be trusted.
      """
  }

  private var margin: Text? {
    guard !result.comparisons.isEmpty else { return nil }
    let percent = fixed(100 * (Verdict.margin - 1), 0)
    return """
      \(strong: "±\(percent) %") is what two runs differ by: a tie is shown to be within it, and ahead or \
      behind is 99.9 % sure.
      """
  }

  private var twin: [Text] {
    guard let twin = result.twin, twin.differences.isEmpty else { return [] }
    let ratio = twin.headline.map { " (\($0.text(ratioFigure)) ×)" } ?? ""
    return ["\(twin.words)\(ratio)."]
  }

  /// Of what servers are compared by first.
  private var undecided: [Text] {
    let verdicts = result.comparisons.filter { $0.subject == .servers }.compactMap {
      $0[.headline(of: $0.summary.scenario.load)]?.verdict
    }
    let count = verdicts.count { $0 == .undecided }
    guard count > 0 else { return [] }
    if let indecision = result.plan.indecision {
      return ["Of no comparison there is a verdict: \(strong: indecision)."]
    }
    return [
      "\(strong: "\(count) of \(verdicts.count)") comparisons are undecided: not shown to differ, nor to be equal."
    ]
  }

  private var width: [Text] {
    let known = result.summaries.compactMap(\.precision)
    let percent = fixed(100 * SuiteWarning.wantedPrecision, 0)
    let wide = known.count { $0 > SuiteWarning.wantedPrecision }
    guard !known.isEmpty else { return [] }
    guard wide > 0 else { return ["No row has an interval wider than ±\(percent) %."] }
    return [
      "\(strong: "\(wide) of \(known.count)") rows have an interval wider than ±\(percent) %: more rounds, or a quieter machine."
    ]
  }

  private var cpus: [Text] {
    // Hosts have theirs apart.
    guard result.plan.hosts == nil, Preflight.cpus(result.machine) != nil,
      let cpus = result.machine.processor.usableCPUs
    else { return [] }
    return [
      "Server and client share \(plural(cpus, "CPU")): the pair is measured. CPU per message is the steadier figure."
    ]
  }
}
