internal import EchoIO

/// How the figures came about.
struct MethodSection {
  let result: SuiteResult

  var blocks: [Document.Block] {
    let plan = result.plan
    let timing = plan.timing
    return [
      .heading("How it was measured", level: 2),
      .paragraph(
        """
        \(plural(plan.rounds, "round")) of \(plural(plan.scenarios.count, "scenario")), in an \
        order shuffled per round from seed \(plan.seed); a fresh server and client process for \
        each trial; closed loop; \(TimeSpan(nanoseconds: timing.duration)) measured after \
        \(TimeSpan(nanoseconds: timing.warmup)) of warm-up. \(result.repeats) attempts were \
        repeats of disturbed ones. Placement: \(placement).
        """),
    ]
  }

  private var placement: String {
    let isPinned = result.plan.scenarios.contains { $0.isPinned }
    return "left to the scheduler" + (isPinned ? ", but where the tables name CPUs" : "")
  }
}
