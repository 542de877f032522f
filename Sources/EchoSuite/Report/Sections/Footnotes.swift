internal import EchoIO

/// What the columns of the tables mean, and the warnings in them.
struct Footnotes {
  let result: SuiteResult

  var items: [Text] { meanings + warnings }

  /// Of the columns.
  var meanings: [Text] { columns + pilot + growth + published }

  private var columns: [Text] {
    [
      """
      \(strong: "Messages/s") are verified round trips\(exception); \(strong: "MB/s") is their \
      payload one way in units of 2^20 bytes. A server that does not return what it was sent has \
      no figure.
      """,
      """
      \(strong: "95 % interval"): of Messages/s\(orTime), in this run. Messages/s, p50 and CPU per message \
      are trimmed means over the rounds, corrected for how fast the machine was at the moment; on \
      another day they differ by up to 10 %, ratios by less.\(alone)\(shortfall)
      """,
    ] + searches + times + [
      """
      \(strong: "Bottleneck"): \(emphasis: "machine"): no idle CPU left; \(emphasis: "server"), \
      \(emphasis: "client"): its busiest thread had no time left; \(emphasis: "latency"): neither, \
      messages waited for wake-ups.\(hosts)\(unhindered)\(undecided)
      """
    ]
  }

  /// Said where there are several machines.
  private var hosts: Text {
    guard result.plan.hosts != nil else { return "" }
    return """
       With hosts \(emphasis: "machine") is the one that had least idle CPU time, the server's or a client's, and \
      \(emphasis: "latency") is the network's, too.
      """
  }

  private var loads: [Load] { result.summaries.map(\.scenario.load) }
  private var hasOpenLoops: Bool { loads.contains(where: \.isOpen) }
  private var hasClosedLoops: Bool { loads.contains { !$0.isOpen } }
  private var hasGivenRates: Bool { loads.contains { $0.rate != nil } }
  private var hasSearches: Bool { loads.contains { $0.findRate != nil } }

  private var orTime: String {
    let rate = hasSearches ? " or the rate that holds" : ""
    guard hasGivenRates else { return rate }
    return rate + (hasClosedLoops ? ", and of p50 in an open loop" : " or p50, as the column says")
  }

  /// What is searched, where it is.
  private var searches: [Text] {
    guard hasSearches else { return [] }
    return [
      """
      \(strong: "Rate that holds"): the highest rate of an open loop at which the condition of the row holds, \
      by a search in each round that ends with a longer window; the other figures of the row are of \
      that window. Servers are compared by it in the same rounds.
      """
    ]
  }

  private var times: [Text] {
    let closed: Text = """
      \(strong: "p50, p99"): round trip as the closed-loop client sees it (service time); p99 is the \
      median over rounds.
      """
    let open: Text = """
      \(strong: "p50, p99, p99.9") in an open loop: response time, from the moment a message was due \
      to its reply, whether or not it could be sent then; \(strong: "Service p50, p99"): from the \
      moment it was sent. p99 and p99.9 are medians over rounds. \(strong: "Rate kept"): achieved ÷ \
      offered; a row below 0.99 by more than random arrivals explain did not keep its schedule.
      """
    return (hasClosedLoops ? [closed] : []) + (hasOpenLoops ? [open] : [])
  }

  /// What rows have that differ in their connections.
  private var growth: [Text] {
    let loads = Engine.allCases.map { engine in
      result.summaries.map(\.scenario.load).filter { $0.engine == engine }
    }
    guard loads.contains(where: { Metric.inTable(of: $0).contains(.fairness) }) else { return [] }
    return [
      """
      \(strong: "Fairness"): Jain's index over the messages of each connection: 1 when all had as \
      many, k/n when k of n were served alike and the others not at all. In a window of a few messages \
      for each, one more or less is part of it.
      """,
      """
      \(strong: "Server KiB/connection"): by how much more the heaps and stacks of the server hold at \
      the end of the window than before the first connection, over all connections, from 100 on. What \
      came once is in it, and the kernel's buffers are not.
      """,
    ]
  }

  /// What rates are parts of, where a pilot found that.
  private var pilot: [Text] {
    guard let pilot = result.plan.pilot else { return [] }
    return pilot.loads.compactMap { found in
      guard let slowest = found.slowest else { return nil }
      let rates = found.rates.map { "\(grouped($0.rate))/s is \(Pilot.percent($0.part))" }
      let load = pilot.loads.count > 1 ? " with \(found.name)" : ""
      return """
        \(strong: "Rate")\(load): \(rates.joined(separator: ", ")) of the \
        \(grouped(slowest.messagesPerSecond))/s that \(code: slowest.server.name) \
        reached in a closed loop, the least of \(plural(found.measured, "server")), before the suite \
        began. All have the same rates: times at different ones compare nothing.
        """
    }
  }

  private var exception: String {
    let isVerified = result.summaries.allSatisfy {
      $0.scenario.load.verification == .full && $0.scenario.client == nil
    }
    return isVerified ? "" : ", but where a warning says otherwise"
  }

  /// Said where there may be such rows.
  private var unhindered: String {
    (hasGivenRates ? " An open loop that kept its rate has none." : "")
      + (hasSearches ? " A rate that was found has none." : "")
  }

  /// Said where the rounds leave it open.
  private var undecided: Text {
    let isOpen = result.summaries.contains {
      if case .undecided = $0.bottleneck { true } else { false }
    }
    guard isOpen else { return "" }
    return """
       \(emphasis: "undecided"): the 95 % interval of a share of time reaches over its threshold, or \
      a single round says nothing of it.
      """
  }

  /// Said where a row has the other method.
  private var alone: String {
    let isMedian = result.summaries.contains { $0[.headline]?.method == .median }
    return isMedian
      ? " A row that is alone, or stalls, has the median and the interval of order statistics." : ""
  }

  /// Said where the rounds are too few for the interval that was asked for.
  private var shortfall: String {
    let isShort = result.summaries.contains {
      $0[.headline]?.interval?.meets() == false
    }
    guard isShort else { return "" }
    return " With fewer than \(SuiteFile.defaultRounds) rounds it is their range, and its coverage"
      + " stands beside it."
  }

  private var published: [Text] {
    let figures = PublishedFigures.all
    let isShown = result.summaries.contains { figures.figure(for: $0.scenario) != nil }
    return isShown ? [PublishedFigures.explanation] : []
  }

  /// One explanation for each kind of warning that the tables have.
  private var warnings: [Text] {
    let all = result.summaries.flatMap { $0.warnings(of: result.plan) }
    return Dictionary(grouping: all, by: \.kind).sorted { $0.key < $1.key }
      .compactMap { $0.value.first?.explanation }
  }
}
