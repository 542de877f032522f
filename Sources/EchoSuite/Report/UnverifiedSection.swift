internal import EchoIO

/// What a client sees that takes any bytes as the reply, beside the verdict of one that looks:
/// for every scenario that ran both ways.
struct UnverifiedSection {
  private let result: SuiteResult

  init(_ result: SuiteResult) {
    self.result = result
  }

  var lines: [String] {
    guard !result.unverified.isEmpty else { return [] }
    return [
      "## What an unverifying client sees", "",
      """
      A server that answers with its whole buffer, whatever it received, leaves the replies to the \
      next messages in the socket already. A client that takes any bytes as the reply finds them \
      there and reports more messages per second than were ever echoed: the "speed-up" is the \
      surplus, about buffer ÷ message. *Unverified* is what such a client reports, *Verified* what \
      one reports that compares every byte, *Corrected* the same server without the fault. *Bytes \
      back per byte sent* are those of the verified run up to its half-close: how many came after \
      it from a server that goes on sending is up to the client. They are given where a thread \
      drives a single connection, for otherwise the first wrong reply ends the run before the \
      other replies are read.
      """, "", whole.markdown,
    ]
  }

  /// Every scenario that ran both ways, by engine and by how much surplus it can have.
  private var whole: Table {
    let engines = Engine.allCases.map { engine in
      result.unverified.filter { $0.scenario.load.engine == engine }
    }
    var table = Table([.init("Engine", .left)] + Self.columns)
    for row in engines.flatMap(Self.bySurplus) {
      table.append([row.scenario.load.engine.rawValue] + cells(row))
    }
    return table
  }

  /// In the order of the plan where the ratio is the same.
  private static func bySurplus(_ rows: [Summary]) -> [Summary] {
    rows.enumerated().sorted { left, right in
      let ratios = [left, right].map { $0.element.scenario.bufferPerMessage ?? 0 }
      return ratios[0] == ratios[1] ? left.offset < right.offset : ratios[0] < ratios[1]
    }.map(\.element)
  }

  /// The story in a few rows: for each ratio the first scenario of the plan. Nil when nothing ran
  /// unverified.
  var headline: Table? {
    let rows = Self.ratios.compactMap(first)
    guard !rows.isEmpty else { return nil }
    var table = Table(Self.columns)
    for row in rows { table.append(cells(row)) }
    return table
  }

  /// The first scenario whose buffer is about `ratio` messages large, under the blog's own kind of
  /// client: it is one connection that shows how many bytes come back for those sent.
  private func first(_ ratio: Double) -> Summary? {
    result.unverified.first { row in
      row.scenario.load.engine == .blocking
        && row.scenario.bufferPerMessage.map { abs($0 / ratio - 1) < 0.1 } ?? false
    }
  }

  private static let columns: [Table.Column] = [
    .init("Module", .left), .init("Buffer ÷ message"),
    .init("Server buffer size"), .init("Message size"), .init("Blog, Messages/s"),
    .init("Unverified Messages/s"), .init("Bytes back per byte sent"), .init("Verified", .left),
    .init("Corrected, verified"),
  ]

  /// Buffer ÷ message of the rows that tell the story: no surplus, and growing ones.
  private static let ratios: [Double] = [1, 2, 4, 16]

  private func cells(_ row: Summary) -> [String] {
    let scenario = row.scenario
    let verified = summary { $0 == scenario.verified }
    let corrected = summary {
      $0.server.name == scenario.server.correctedBy && $0.load == scenario.load.verified
        && $0.server.bufferBytes == scenario.server.bufferBytes
    }
    return [
      scenario.server.name,
      scenario.bufferPerMessage.map { fixed($0, 1) } ?? "–",
      scenario.server.bufferBytes.map { "\(ByteCount($0))" } ?? "–",
      "\(scenario.load.size)", PublishedFigures.all.figure(for: scenario) ?? "–",
      verdict(row),
      bytesBack(verified), verdict(verified),
      verdict(corrected),
    ]
  }

  private func bytesBack(_ verified: Summary?) -> String {
    guard let verified, verified.scenario.load.workers == verified.scenario.load.connections,
      let ratio = verified.bytesBackPerByteSent
    else { return "–" }
    return fixed(ratio, 2)
  }

  /// The row that is verified in full and meant.
  private func summary(_ isMeant: (Scenario) -> Bool) -> Summary? {
    result.summaries.first { $0.scenario.load.verification == .full && isMeant($0.scenario) }
  }

  private func verdict(_ summary: Summary?) -> String {
    guard let summary else { return "–" }
    if let figures = summary.figures { return fixed(figures.messagesPerSecond.median, 0) }
    let status = summary.status == .invalid ? "INVALID" : summary.status.rawValue
    return summary.reasons.first.map { "\(status): \($0)" } ?? status
  }
}

extension Scenario {
  fileprivate var bufferPerMessage: Double? {
    server.bufferBytes.map { Double($0) / Double(load.size.bytes) }
  }
}
