internal import EchoIO

/// Who is ahead in a situation: as a heading, and as a sentence with what belongs to it.
struct AheadFinding {
  let matrix: RatioMatrix
  let claim: Claim

  init(_ matrix: RatioMatrix) {
    self.matrix = matrix
    claim = Claim(matrix)
  }

  var item: Findings.Item {
    Findings.Item(
      kind: isCompared ? .ahead : .nothing,
      situation: situation.title.isEmpty
        ? isOpen ? "Response times" : matrix.metric.title : situation.text,
      headline: headline, sentence: sentence,
      details: isCompared ? AheadDetails(matrix: matrix, claim: claim).texts : [])
  }

  /// `Event client: libuv is ahead of threads at every message size`
  var heading: String {
    if !situation.title.isEmpty { return "\(situation.title): \(words)" }
    return isOpen ? "\(matrix.metric.figure): \(words)" : words
  }

  private var isCompared: Bool {
    switch claim {
    case .nothing, .alone: false
    default: true
    }
  }

  private var situation: SituationWords { matrix.situation }
  private var reference: String { matrix.reference ?? "" }
  private var isOpen: Bool { matrix.metric.better == .lower }

  private func isAhead(_ count: Int) -> String {
    if isOpen { return count == 1 ? "answers sooner than" : "answer sooner than" }
    return count == 1 ? "is ahead of" : "are ahead of"
  }

  /// The claim as a clause.
  var words: String {
    switch claim {
    case .nothing: "no figure was verified"
    case .alone(let server): server.map { "\($0) alone was verified" } ?? "nothing is compared"
    case .leaders(let names):
      "\(brief(names)) \(isAhead(names.count)) \(reference)\(situation.every)"
    case .reference: "\(reference) \(isAhead(1)) \(others)\(situation.every)"
    case .some(let ahead):
      "\(ahead[0].server) \(isAhead(1)) \(reference)\(situation.some(ahead[0].count))"
        + (ahead.count > 1 ? ", and \(plural(ahead.count - 1, "other")) somewhere" : "")
    case .ties(let bound):
      "\(nobody) differs from \(reference) by more than \(wholePercent(bound))\(situation.any)"
    case .nobody: "\(nobody) \(isAhead(1)) \(reference)\(situation.any)"
    case .nobodyShown:
      "nobody is shown to \(isOpen ? "answer sooner than" : "be ahead of") \(reference)\(situation.any)"
    case .undecided: "whether anybody \(isAhead(1)) \(reference) is undecided"
    }
  }

  /// All that are compared, but for the reference.
  private var others: String {
    let compared = matrix.compared
    if compared.count == 1 { return compared[0].server }
    return matrix.rows.count > compared.count + 1 ? "all others that were compared" : "all others"
  }

  /// Of whom nothing is known, nothing is said.
  private var nobody: String {
    matrix.rows.count > matrix.compared.count + 1 ? "nobody that was compared" : "nobody"
  }

  /// Why more cannot be said.
  private var open: String {
    matrix.compared.contains { $0.count(matrix.metric, .undecided) > 0 }
      ? "some of it undecided" : "not all of it compared"
  }

  private var headline: String {
    switch claim {
    case .leaders(let names): brief(names)
    case .some(let ahead): brief(ahead.map(\.server))
    case .reference, .nobody, .nobodyShown: reference
    case .ties: "no difference"
    case .undecided: "undecided"
    case .nothing: "no verified figure"
    case .alone(let server): server ?? "nothing compared"
    }
  }

  private var sentence: Text {
    let of = "\(matrix.metric.figure) of"
    let first: Text = "\(code: reference)"
    switch claim {
    case .nothing: return "No trial has given a figure that was verified."
    case .alone(let server):
      return server == nil
        ? "No two servers were verified under the same load in the same rounds."
        : "No other server has a figure that was verified: there is nothing to compare it with."
    case .leaders(let names) where names.count == 1:
      return "\(strong: ratios(of: names[0])) the \(of) \(first): \(ahead)\(situation.every)."
    case .leaders(let names):
      return """
        \(ahead.capitalised)\(isOpen ? " than" : " of") \(first)\(situation.every): \(list(names)) its \
        \(matrix.metric.figure). Which of them is ahead of which was not compared.
        """
    case .reference:
      return """
        \(ahead.capitalised)\(isOpen ? " than" : " of") \(others)\(situation.every): \(strong: span) its \
        \(matrix.metric.figure).
        """
    case .some(let ahead):
      let each = ahead.prefix(3).map { "\($0.server) \(words($0.server)?.standing ?? "")" }
      return "Against \(first) in \(matrix.metric.figure): \(each.joined(separator: "; "))."
    case .ties(let bound):
      return "All are within \(wholePercent(bound)) of \(first)\(situation.any): \(strong: span)."
    case .nobody:
      return
        "\(nobody.capitalised) \(isAhead(1)) it\(situation.any): \(strong: span) its \(matrix.metric.figure)."
    case .nobodyShown:
      return """
        Nobody is shown to \(isOpen ? "answer sooner than it" : "be ahead of it")\(situation.any): \
        \(strong: span) its \(matrix.metric.figure), \(open).
        """
    case .undecided:
      guard hasRatio else {
        return "Nobody is shown to differ from \(first)\(situation.any): no ratio is known."
      }
      return """
        Nobody is shown to differ from \(first)\(situation.any): \(strong: span) its \
        \(matrix.metric.figure), all of it undecided.
        """
    }
  }

  private var ahead: String { isOpen ? "sooner" : "ahead" }

  private func words(_ server: String) -> RowWords? {
    matrix.rows.first { $0.server == server }.map {
      RowWords(row: $0, metric: matrix.metric, situation: situation)
    }
  }

  private func ratios(of server: String) -> String { words(server)?.ratios ?? "" }

  /// `libuv 1.22–1.72 × and epoll 1.24–1.75 ×`
  private func list(_ names: [String]) -> Text {
    let parts = names.map { name -> Text in "\(name) \(strong: ratios(of: name))" }
    return parts.enumerated().reduce("") { text, part in
      let isLast = part.offset == parts.count - 1
      return text + (part.offset == 0 ? "" : isLast ? " and " : ", ") + part.element
    }
  }

  private var hasRatio: Bool { matrix.compared.contains { $0.ratios(matrix.metric) != nil } }

  /// All ratios of all that are compared.
  private var span: String {
    let ranges = matrix.compared.compactMap { $0.ratios(matrix.metric) }
    guard let least = ranges.map(\.lowerBound).min(), let most = ranges.map(\.upperBound).max()
    else { return "no ratio to" }
    return ratioText(least...most)
  }
}

extension Metric {
  /// In a sentence: `messages/s`, `p50`, `server CPU`.
  var figure: String {
    switch self {
    case .messagesPerSecond: "messages/s"
    case .rateThatHolds: "rate that holds"
    default: comparedAs ?? title
    }
  }
}
