internal import EchoIO

/// What a suite found, in words that say no more than its verdicts do. Every server is compared with a
/// reference, and with no other: of two that are ahead of it nothing is said of which is ahead.
struct Findings: Sendable {
  /// The most useful first.
  let items: [Item]
  /// What a reader may believe of it, a sentence each; alarms first.
  let trust: [Text]
  /// What the sentences are made from, a matrix for each situation.
  let matrices: [RatioMatrix]

  struct Item: Equatable, Sendable {
    enum Kind: String, Sendable {
      /// Who is ahead in a situation.
      case ahead
      /// Who needs least CPU time.
      case cost
      /// How large a buffer should be.
      case buffer
      /// What did not echo what it was sent.
      case invalid
      /// What could not run, or has not.
      case absent
      /// There is nothing to compare.
      case nothing
    }

    let kind: Kind
    /// `Event client: one thread drives all connections`; what it is about where that is no situation.
    let situation: String
    /// A server's name, or a short phrase.
    let headline: String
    let sentence: Text
    let details: [Text]
  }

  init(_ result: SuiteResult) {
    matrices = RatioMatrix.all(result)
    items =
      (matrices.isEmpty ? [Self.unverified] : matrices.map { AheadFinding($0).item })
      + [CostFinding(matrices: matrices).item, BufferFinding(result: result).item].compactMap { $0 }
      + InvalidFinding(result: result).items + AbsentFinding(result: result).items
    trust = Trust(result: result).texts
  }

  /// Of a suite that verifies nothing.
  private static let unverified = Item(
    kind: .nothing, situation: "Messages/s", headline: "no verified figure",
    sentence: "Nothing was verified, so that nobody knows what the servers did.", details: [])

  /// Of the panel of a picture that shows a metric: `Event client: libuv is ahead of threads at every message
  /// size`; a clause for each reference where there are several. Nil where nothing is said by that metric.
  func heading(of scenario: Scenario, by metric: Metric) -> String? {
    let findings = matrices.filter { $0.metric == metric && $0.contains(scenario) }.map {
      AheadFinding($0)
    }
    guard findings.count > 1, let title = findings[0].matrix.situation.unpaired else {
      return findings.first?.heading
    }
    let words = findings.map(\.words).joined(separator: "; ")
    return title.isEmpty ? words : "\(title): \(words)"
  }
}
