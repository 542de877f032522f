internal import EchoIO

/// What a client sees that takes any bytes as the reply, beside the verdict of one that looks:
/// for every scenario that ran both ways.
struct UnverifiedSection {
  private let result: SuiteResult

  init(_ result: SuiteResult) {
    self.result = result
  }

  var lines: [String] {
    let rows = result.unverified.filter { summary in
      summary.scenario.server.bufferBytes.map {
        Self.ratios.contains(Double($0) / Double(summary.scenario.sizeBytes))
      } ?? true
    }
    guard !rows.isEmpty else { return [] }
    var table = Table([
      .init("Module", .left), .init("Engine", .left), .init("Buffer ÷ message"),
      .init("Server buffer size"), .init("Message size"), .init("Unverified Messages/s"),
      .init("Bytes back per byte sent"), .init("Verified", .left),
    ])
    for row in rows { table.append(cells(row)) }
    return [
      "## What an unverifying client sees", "",
      """
      The published pool answers with its whole buffer, whatever it received. A client that takes \
      any bytes as the reply, as the original benchmark's did, finds the replies to its next \
      messages already there. The "speed-up" is the surplus.
      """, "", table.markdown,
    ]
  }

  /// Buffer ÷ message of the rows that tell the story.
  private static let ratios: Set<Double> = [1, 2, 4, 16]

  private func cells(_ row: Summary) -> [String] {
    let scenario = row.scenario
    let buffer = scenario.server.bufferBytes
    let verified = result.summaries.first {
      $0.scenario.server == scenario.server && $0.scenario.sizeBytes == scenario.sizeBytes
        && $0.scenario.engine == scenario.engine
    }
    return [
      scenario.server.name, scenario.engine.rawValue,
      buffer.map { fixed(Double($0) / Double(scenario.sizeBytes), 0) } ?? "–",
      buffer.map { "\(ByteCount($0))" } ?? "–", "\(ByteCount(scenario.sizeBytes))",
      row.figures.map { fixed($0.messagesPerSecond.median, 0) } ?? row.status.rawValue,
      (row.figures?.bytesBackPerByteSent).map { fixed($0, 2) } ?? "–", verdict(verified),
    ]
  }

  private func verdict(_ verified: Summary?) -> String {
    guard let verified else { return "–" }
    if let figures = verified.figures { return fixed(figures.messagesPerSecond.median, 0) }
    let status = verified.status == .invalid ? "INVALID" : verified.status.rawValue
    return verified.reasons.first.map { "\(status): \($0)" } ?? status
  }
}
