internal import EchoIO

/// How large a server's buffer should be, from the rows of one server and load that differ in it, paired
/// by round with the smallest that the message fits.
struct BufferFinding {
  let result: SuiteResult

  /// A row beside the same at the smallest buffer that fits.
  struct Pair: Sendable {
    let row: Summary
    let comparison: Comparison

    var buffer: Int { row.scenario.server.bufferBytes ?? 0 }
    var message: Int { row.scenario.load.size.bytes }
    var isSmaller: Bool { buffer < message }
  }

  /// Nil where no server ran with several buffers.
  var item: Findings.Item? { Self.item(of: pairs) }

  static func item(of pairs: [Pair]) -> Findings.Item? {
    guard !pairs.isEmpty else { return nil }
    let (smaller, larger) = (pairs.filter(\.isSmaller), pairs.filter { !$0.isSmaller })
    let texts = [self.smaller(smaller), self.larger(larger)].compactMap { $0 }
    return Findings.Item(
      kind: .buffer, situation: "Buffer size", headline: headline(smaller, larger),
      sentence: texts[0], details: Array(texts.dropFirst()))
  }

  private static func headline(_ smaller: [Pair], _ larger: [Pair]) -> String {
    let isSlower = smaller.contains { $0.comparison.verdict == .worse }
    let isFaster = larger.contains { $0.comparison.verdict == .better }
    if isFaster { return "larger than the message may help" }
    return isSlower ? "as large as the message" : "no difference is shown"
  }

  /// Told of the smallest buffer beside the largest message.
  private static func smaller(_ pairs: [Pair]) -> Text? {
    guard let extreme = pairs.max(by: { $0.message * $1.buffer < $1.message * $0.buffer }) else {
      return nil
    }
    let alike = pairs.filter { $0.message == extreme.message && $0.buffer == extreme.buffer }
    let slower = alike.filter { $0.comparison.verdict == .worse }
    let sizes = "a \(ByteCount(extreme.buffer)) buffer"
    let messages = "\(ByteCount(extreme.message)) messages"
    let ratios = slower.compactMap(\.comparison.value)
    guard let least = ratios.min(), let most = ratios.max() else {
      return "Nobody is shown to be slower with \(sizes) than with one that fits \(messages)."
    }
    let who =
      slower.count == alike.count ? "" : ", in \(slower.count) of \(alike.count) comparisons"
    return """
      \(sizes.capitalised) serves \(messages) at \(strong: ratioText(least...most)) the speed of one that \
      fits\(who).
      """
  }

  private static func larger(_ pairs: [Pair]) -> Text? {
    guard !pairs.isEmpty else { return nil }
    let faster = pairs.filter { $0.comparison.verdict == .better }
    let slower = pairs.count { $0.comparison.verdict == .worse }
    let lost = slower > 0 ? ", and lose in \(slower)" : ""
    guard !faster.isEmpty else {
      return "Larger ones gain nothing that shows in \(plural(pairs.count, "comparison"))\(lost)."
    }
    let ratios = faster.compactMap(\.comparison.value)
    let range = ratioText((ratios.min() ?? 1)...(ratios.max() ?? 1))
    let servers = uniqued(faster.map(\.row.scenario.server.name))
    return """
      Larger ones are faster in \(faster.count) of \(pairs.count) comparisons (\(range), of \
      \(brief(servers)))\(lost).
      """
  }

  /// Of closed loops that were verified in full.
  var pairs: [Pair] {
    let rows = result.summaries.filter {
      $0.status == .measured && $0.scenario.load.verification == .full
        && $0.scenario.load.rate == nil && $0.scenario.server.bufferBytes != nil
    }
    let groups = Dictionary(grouping: rows.indices) { Key(rows[$0].scenario) }
    let couples = groups.values.flatMap { group -> [(row: Int, base: Int)] in
      let fitting = group.filter { rows[$0].buffer >= rows[$0].scenario.load.size.bytes }
      guard let base = fitting.min(by: { rows[$0].buffer < rows[$1].buffer }) else { return [] }
      return group.filter { rows[$0].buffer != rows[base].buffer }.map { ($0, base) }
    }.sorted { $0.row < $1.row }
    let comparisons = Comparison.all(
      of: couples.map { couple in
        (
          rows[couple.row].comparedSeries(.messagesPerSecond),
          rows[couple.base].comparedSeries(.messagesPerSecond)
        )
      }, better: .higher, looks: result.plan.looks)
    return zip(couples, comparisons).compactMap { couple, comparison in
      comparison.map { Pair(row: rows[couple.row], comparison: $0) }
    }
  }

  /// What is the same of rows that differ in their buffers.
  private struct Key: Hashable {
    let server: String
    let load: Load
    let client: Client?

    init(_ scenario: Scenario) {
      (server, load, client) = (scenario.server.name, scenario.load, scenario.client)
    }
  }
}

extension Summary {
  fileprivate var buffer: Int { scenario.server.bufferBytes ?? 0 }
}
