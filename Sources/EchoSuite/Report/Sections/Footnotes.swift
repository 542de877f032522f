internal import EchoIO

/// What the columns of the tables mean, and the warnings in them.
struct Footnotes {
  let result: SuiteResult

  var items: [Text] { columns + published + warnings }

  private var columns: [Text] {
    [
      """
      \(strong: "Messages/s") are verified round trips\(exception); \(strong: "MB/s") is their \
      payload one way in units of 2^20 bytes. A server that does not return what it was sent has \
      no figure.
      """,
      """
      \(strong: "95 % interval"): of the median of Messages/s over the rounds, from order \
      statistics.\(shortfall)
      """,
      """
      \(strong: "p50, p99"): round trip as the closed-loop client sees it (service time); medians \
      over rounds.
      """,
      """
      \(strong: "Bottleneck"): \(emphasis: "machine"): no idle CPU left; \(emphasis: "server"), \
      \(emphasis: "client"): its busiest thread had no time left; \(emphasis: "latency"): neither, \
      messages waited for wake-ups.
      """,
    ]
  }

  private var exception: String {
    let isVerified = result.summaries.allSatisfy { $0.scenario.load.verification == .full }
    return isVerified ? "" : ", but where a warning says otherwise"
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
