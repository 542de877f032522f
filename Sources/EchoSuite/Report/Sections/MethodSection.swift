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
        \(rounds) of \(plural(plan.scenarios.count, "scenario")), in an \
        order shuffled per round from seed \(plan.seed); a fresh server and client process for \
        each trial; \(loops); \(TimeSpan(nanoseconds: timing.duration)) measured after \
        \(TimeSpan(nanoseconds: timing.warmup)) of warm-up. \(repeats)\(retries). \
        Placement: \(placement).\(network)
        """),
    ]
  }

  /// Said where there are hosts.
  private var network: String {
    guard let hosts = result.plan.hosts else { return "" }
    let clients = plural(hosts.clients.count, "client host")
    return
      " Over a network: the load of each row was divided among \(clients), which began at one moment"
      + " by clocks compared through their launchers."
  }

  private var loops: String {
    let loads = result.plan.scenarios.map(\.load)
    let isOpen = Set(loads.map(\.isOpen))
    let kind =
      isOpen.count > 1 ? "closed and open loops" : isOpen == [true] ? "open loop" : "closed loop"
    guard loads.contains(where: { $0.findRate != nil }) else { return kind }
    return
      "\(kind), and in each trial that looks for the rate that holds as many windows as that takes and a"
      + " longer one to confirm it"
  }

  private var repeats: String {
    result.repeats == 1
      ? "1 attempt was a repeat of a disturbed one"
      : "\(result.repeats) attempts were repeats of disturbed ones"
  }

  /// Said where there were any.
  private var retries: String {
    let count = result.madeUpFor
    return count == 0
      ? ""
      : "; \(plural(count, "trial")) that could not run ran when the suite was gone on with"
  }

  private var rounds: String {
    let goals = result.plan.goals
    guard let precision = goals.precision else { return plural(goals.mostRounds, "round") }
    let others = goals.otherPrecision.map { " (±\(percent($0)) where nothing is compared)" } ?? ""
    let budget = goals.budget.map { ", in at most \(TimeSpan(nanoseconds: $0)) of measuring" } ?? ""
    return "\(goals.fewestRounds) to \(goals.mostRounds) rounds, until ±\(percent(precision)) was"
      + " reached\(others) and every comparison had a verdict\(budget),"
  }

  private func percent(_ share: Double) -> String { "\(fixed(100 * share, 0)) %" }

  private var placement: String {
    let isPinned = result.plan.scenarios.contains { $0.isPinned }
    return "left to the scheduler" + (isPinned ? ", but where the tables name CPUs" : "")
  }
}
