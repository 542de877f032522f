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
      matrices.map { AheadFinding($0).item }
      + [CostFinding(matrices: matrices).item, BufferFinding(result: result).item].compactMap { $0 }
      + InvalidFinding(result: result).items + AbsentFinding(result: result).items
    trust = Trust(result: result).texts
  }

  /// Of the panel of a picture or a block of the terminal: `Event client: libuv is ahead of threads at
  /// every message size`. Nil of a load that is in none.
  func heading(of load: Load) -> String? {
    matrices.first { $0.contains(load) }.map { AheadFinding($0).heading }
  }
}
