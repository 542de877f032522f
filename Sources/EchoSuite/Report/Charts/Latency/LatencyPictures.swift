internal import EchoIO

/// How long messages take: of each server not one figure but all of them, by percentile.
struct LatencyPictures {
  let panels: [LatencyPanel]

  init(_ result: SuiteResult) {
    panels = LatencyPanel.all(result)
  }

  /// A picture for each situation; nil where nobody has latencies.
  var section: PictureSection? {
    guard !panels.isEmpty else { return nil }
    let plot = LatencyPlot(panels)
    let figures = panels.enumerated().map { index, panel in
      Figure(
        name: "latency-\(index + 1)", title: "Latency by percentile: \(panel.heading)",
        description: panel.sentences, caption: "", drawing: plot.drawing(panel))
    }
    return PictureSection(
      id: "latency", heading: "How long does a message take?", figures: figures,
      after: [.paragraph(reading)])
  }

  private var reading: Text {
    let others =
      panels.contains { !$0.unnamed.isEmpty }
      ? " Named are the reference, who takes least and most for half and for 99 of 100 messages, and who is"
        + " least like the reference; the grey lines are the others."
      : ""
    return Text(
      "So many of 100 messages took at most as long, all rounds together; both axes are logarithmic, and"
        + " a line ends where ten messages remain. \(kinds) Below a name stands what half and what 99 of"
        + " 100 messages took at most, to the 3 to 6 % that the histograms tell apart.\(others)")
  }

  /// What was timed.
  private var kinds: String {
    panels.map(\.kind).uniqued.map { kind in
      kind == .responseTime
        ? "In an open loop that is response time: from when a message was due."
        : "In a closed loop that is service time: from when a message was sent, so that what a slow"
          + " reply kept from being sent is not in it."
    }.joined(separator: " ")
  }
}

extension LatencyPanel {
  /// `service time, closed loop`.
  var aside: String {
    kind == .responseTime ? "response time, open loop" : "service time, closed loop"
  }

  /// Every line in words.
  var sentences: String {
    let parts = lines.map { "\($0.server): \($0.words)" }
    return "\(heading), \(aside). \(parts.joined(separator: "; "))."
  }
}

extension LatencyPanel.Line {
  /// `half within 41.0 µs, 99 % within 115 µs, 99.9 % within 172 µs of 553,172 messages`
  fileprivate var words: String {
    let parts = [(50.0, "half"), (99, "99 %"), (99.9, "99.9 %")].compactMap { percentile, name in
      ladder[percentile].map { "\(name) within \(brief(nanoseconds: Double($0)))" }
    }
    return parts.joined(separator: ", ") + " of \(grouped(Int(clamping: ladder.samples))) messages"
  }

  /// `41.0 – 115 µs`, what half and what 99 of 100 took at most.
  var figures: String {
    [50.0, 99].compactMap { ladder[$0].map { brief(nanoseconds: Double($0)) } }
      .joined(separator: " – ")
  }
}
