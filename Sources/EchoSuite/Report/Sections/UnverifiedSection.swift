internal import EchoIO

/// What a client sees that takes any bytes as the reply, beside the verdict of one that looks:
/// for every scenario that ran both ways.
struct UnverifiedSection {
  let result: SuiteResult

  var blocks: [Document.Block] {
    guard !rows.isEmpty else { return [] }
    return [
      .heading("What an unverifying client sees", level: 2),
      .paragraph(Self.explanation),
      .table(Table(rows, [.engine] + columns + Column.axes(of: rows))),
    ]
  }

  /// The story in a few rows: for each ratio the first scenario of the plan. Nil when nothing ran
  /// unverified.
  var headline: Table? {
    let rows = Self.ratios.compactMap(first)
    return rows.isEmpty ? nil : Table(rows, story)
  }

  /// Few enough for a narrow screen.
  private var story: [Column<Summary>] {
    [
      Column(
        "Buffer ÷ message", .left,
        value: { row in
          guard let ratio = row.scenario.bufferPerMessage,
            let buffer = row.scenario.server.bufferBytes
          else { return "\(row.scenario.load.size)" }
          return "\(fixed(ratio, 1)) (\(ByteCount(buffer)) ÷ \(row.scenario.load.size))"
        }),
      .published,
      Column("Unverified", value: { $0[.headline].map { Metric.headline.text($0.value) } }),
      Column(
        "Verified",
        value: { row -> String? in
          let fixedFigure = corrected(row)?[.headline].map { Metric.headline.text($0.value) }
          guard let verified = verified(row), verified.status != .measured else {
            return fixedFigure
          }
          return "\(verified.statusText), corrected \(fixedFigure ?? "–")"
        }),
    ]
  }

  private static let explanation: Text = """
    A server that answers with its whole buffer, whatever it received, leaves the replies to the \
    next messages in the socket already. A client that takes any bytes as the reply finds them \
    there and reports more messages per second than were ever echoed: the "speed-up" is the \
    surplus, about buffer ÷ message. \(emphasis: "Unverified") is what such a client reports, \
    \(emphasis: "Verified") what one reports that compares every byte, \(emphasis: "Corrected") \
    the same server without the fault. \(emphasis: "Bytes back per byte sent") are those of the \
    verified run up to its half-close, of the connection where they are most: how many came after it \
    from a server that goes on sending is up to the client, and the first wrong reply ends the run \
    before the other connections have shown theirs.
    """

  /// By engine and by how much surplus each can have. What an open loop sends is not up to replies.
  var rows: [Summary] {
    Engine.allCases.flatMap { engine in
      Self.bySurplus(
        result.unverified.filter {
          $0.scenario.load.engine == engine && !$0.scenario.load.isOpen
        })
    }
  }

  /// In the order of the plan where the ratio is the same.
  private static func bySurplus(_ rows: [Summary]) -> [Summary] {
    rows.enumerated().sorted { left, right in
      let ratios = [left, right].map { $0.element.scenario.bufferPerMessage ?? 0 }
      return ratios[0] == ratios[1] ? left.offset < right.offset : ratios[0] < ratios[1]
    }.map(\.element)
  }

  /// Buffer ÷ message of the rows that tell the story: no surplus, and growing ones.
  private static let ratios: [Double] = [1, 2, 4, 16]

  /// The first scenario whose buffer is about `ratio` messages large, under the blog's own kind of
  /// client.
  private func first(_ ratio: Double) -> Summary? {
    result.unverified.first { row in
      row.scenario.load.engine == .blocking
        && row.scenario.bufferPerMessage.map { abs($0 / ratio - 1) < 0.1 } ?? false
    }
  }

  private var columns: [Column<Summary>] {
    [
      .module,
      Column("Buffer ÷ message", value: \.scenario.bufferPerMessage) { fixed($0, 1) },
      .bufferSize, .messageSize, .published,
      Column("Unverified Messages/s", value: { $0 }, format: outcome),
      Column("Bytes back per byte sent", value: bytesBack) { fixed($0, 2) },
      Column("Verified", .left, value: verified, format: outcome),
      Column("Corrected, verified", value: corrected, format: outcome),
    ]
  }

  /// The same scenario, with every byte compared.
  @Sendable private func verified(_ row: Summary) -> Summary? {
    summary { $0 == row.scenario.verified }
  }

  /// The server without the fault, under the same load.
  @Sendable func corrected(_ row: Summary) -> Summary? {
    let scenario = row.scenario
    return summary {
      $0.server.name == scenario.server.correctedBy && $0.load == scenario.load.verified
        && $0.server.bufferBytes == scenario.server.bufferBytes && $0.client == scenario.client
    }
  }

  @Sendable func bytesBack(_ row: Summary) -> Double? {
    verified(row)?.bytesBackPerByteSent
  }

  /// The row that is verified in full and meant.
  private func summary(_ isMeant: (Scenario) -> Bool) -> Summary? {
    result.summaries.first { $0.scenario.load.verification == .full && isMeant($0.scenario) }
  }

  /// Its figure, or why it has none.
  @Sendable private func outcome(_ summary: Summary) -> String {
    if let figure = summary[.headline] { return Metric.headline.text(figure.value) }
    return ([summary.statusText] + summary.reasons.prefix(1)).joined(separator: ": ")
  }
}

extension Scenario {
  fileprivate var bufferPerMessage: Double? {
    server.bufferBytes.map { Double($0) / Double(load.size.bytes) }
  }
}
