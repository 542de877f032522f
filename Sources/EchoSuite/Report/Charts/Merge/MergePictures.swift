internal import EchoIO

/// What several clients measured together, by the questions that a reader has: how long messages take, who
/// had how much of the rate, and what happened over time.
struct MergePictures {
  let sections: [PictureSection]

  init(_ merge: Merge) {
    sections = [
      Self.latency(merge), Self.rates(merge.shards), Self.intervals(merge.shards),
    ].compactMap { $0 }
  }

  /// Nil where a client's report is no measurement, or too few messages came back.
  private static func latency(_ merge: Merge) -> PictureSection? {
    guard merge.shards.allSatisfy(\.report.valid) else { return nil }
    let clients = merge.shards.compactMap { shard in
      shard.ladder.map {
        LatencyPanel.Line(server: shard.fleet.id, isReference: false, ladder: $0)
      }
    }
    let kind = merge.shards[0].kind
    let all = merge.histograms[.latency].flatMap { LatencyLadder($0, kind) }.map {
      LatencyPanel.Line(server: "all clients", isReference: true, ladder: $0)
    }
    let lines = (merge.shards.count > 1 ? [all].compactMap { $0 } : []) + clients
    guard let panel = LatencyPanel(heading: "All messages, and each client's", lines) else {
      return nil
    }
    let figure = Figure(
      name: "latency-1", title: "Latency by percentile", description: panel.sentences,
      caption: "", drawing: LatencyPlot([panel]).drawing(panel))
    let others =
      panel.unnamed.isEmpty
      ? "" : " The grey lines are clients between those that have names."
    return PictureSection(
      id: "latency", heading: "How long does a message take?", figures: [figure],
      after: [
        .paragraph(
          Text(
            "So many of 100 messages took at most as long; both axes are logarithmic, and a line ends where"
              + " ten messages remain. That of all clients is of one histogram that has every message."
              + " Below a name stands what half and what 99 of 100 messages took at most.\(others)")
        )
      ])
  }

  private static func rates(_ shards: [MergeShard]) -> PictureSection? {
    guard shards.contains(where: \.report.valid) else { return nil }
    let plot = ClientRatePlot(
      shards.map {
        ClientRatePlot.Row(client: $0.fleet.id, rate: $0.report.valid ? $0.rate : nil)
      })
    let figure = Figure(
      name: "rates-1", title: "Messages/s of each client", description: plot.sentences, caption: "",
      drawing: plot.drawing)
    let sum = shards.allSatisfy(\.report.valid) ? " They add up to the rate of all." : ""
    return PictureSection(
      id: "rates", heading: "Who had how much of the rate?", figures: [figure],
      after: [
        .paragraph(Text("Messages/s of each client in its window.\(sum)\(plot.rest)"))
      ])
  }

  private static func intervals(_ shards: [MergeShard]) -> PictureSection? {
    let all = shards.filter { ($0.report.intervals?.count ?? 0) > 1 }
    let pictures = all.prefix(mostOverTime).enumerated().compactMap { index, shard in
      IntervalPicture(shard.report, name: "intervals-\(index + 1)", heading: shard.fleet.id)
    }
    guard !pictures.isEmpty else { return nil }
    let rest =
      pictures.count < all.count
      ? " The first \(pictures.count) of \(all.count) clients are shown." : ""
    return PictureSection(
      id: "intervals", heading: "What happened over time?", figures: pictures.map(\.figure),
      after: [
        .paragraph(
          Text(
            "A client's window in intervals. Above, messages/s, with a cross where connections broke;"
              + " below, what half and what 99 of 100 messages took at most, on a logarithmic axis. A line"
              + " is broken where too few came back to tell.\(rest)"))
      ])
  }

  /// More would be looked at by nobody.
  private static let mostOverTime = 12
}
