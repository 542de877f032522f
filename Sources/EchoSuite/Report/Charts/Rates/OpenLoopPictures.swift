internal import EchoIO

/// How long messages take as more and more is offered, and what is still kept.
struct OpenLoopPictures {
  let panels: [OpenLoopPanel]

  init(_ result: SuiteResult) {
    panels = OpenLoopPanel.all(result)
  }

  /// A picture for each situation; nil where not two rates were offered.
  var section: PictureSection? {
    guard !panels.isEmpty else { return nil }
    let figures = panels.enumerated().map { index, panel in
      Figure(
        name: "rates-\(index + 1)",
        title: "Response time against the offered rate: \(panel.heading)",
        description: panel.sentences, caption: "", drawing: OpenLoopPlot(panel).drawing)
    }
    return PictureSection(
      id: "rates", heading: "How long does it take as more is offered?", figures: figures,
      after: [.paragraph(Self.reading)])
  }

  private static let reading: Text = """
    Response time in an open loop, from when a message was due, against the rate that was offered: what half \
    (dots) and what 99 of 100 messages (diamonds) took at most, over the rounds. All servers have the same \
    axes, that of time is logarithmic. A cross is a rate that was not kept: such times grow for as long as it \
    lasts, and say nothing else. Rates between those that were offered nobody has tried.
    """
}

extension OpenLoopPanel {
  /// Every server in words.
  fileprivate var sentences: String {
    let parts = servers.map { server in
      let points = server.points.map { point in
        let times = [("50 %", point.p50), ("99 %", point.p99)].compactMap { name, time in
          time.map { "\(name) within \(brief(nanoseconds: $0))" }
        }
        return "at \(grouped(point.rate))/s \(times.joined(separator: ", "))"
      }
      return ([server.words] + points).joined(separator: "; ")
    }
    return heading + ". "
      + zip(servers, parts).map { "\($0.name): \($1)." }.joined(separator: " ")
  }
}
