internal import EchoIO

/// What belongs to who is ahead: the other servers, what is undecided, whose limit the client was, and
/// the other figures.
struct AheadDetails {
  let matrix: RatioMatrix
  let claim: Claim

  var texts: [Text] { (others + others(by: .p99) + cost + clientBound + unkept).map { Text($0) } }

  private var situation: SituationWords { matrix.situation }

  /// Those that the sentence names.
  private var named: [String] {
    switch claim {
    case .leaders(let names): names
    case .some(let ahead): ahead.prefix(3).map(\.server)
    default: []
    }
  }

  private func words(_ row: RatioMatrix.Row, _ metric: Metric? = nil) -> RowWords {
    RowWords(row: row, metric: metric ?? matrix.metric, situation: situation)
  }

  /// A sentence for those that are behind everywhere, and one for those of which more has to be said.
  private var others: [String] {
    let rows = matrix.compared.filter { !named.contains($0.server) }
    let metric = matrix.metric
    let behind = rows.filter { $0.isAlways(.worse, metric) }
    let undecided = rows.filter { $0.isAlways(.undecided, metric) }
    let mixed = rows.filter { !$0.isAlways(.worse, metric) && !$0.isAlways(.undecided, metric) }
    return sentence(RatioMatrix.Word.worse.words(metric) + situation.every, behind)
      + mixed.prefix(Self.most).map { "\($0.server): \(words($0).standing)." }
      + rest(mixed)
      + sentence("undecided" + situation.every, undecided)
  }

  private static let most = 4

  private func sentence(_ words: String, _ rows: [RatioMatrix.Row]) -> [String] {
    guard !rows.isEmpty else { return [] }
    let all = rows.count > Self.most ? Self.most - 1 : rows.count
    let each = rows.prefix(all).map { "\($0.server) \(self.words($0).ratios)" }
    let more = rows.count > all ? ["\(rows.count - all) more"] : []
    return ["\(words.capitalised): \(listed(each + more))."]
  }

  private func rest(_ mixed: [RatioMatrix.Row]) -> [String] {
    let rest = mixed.dropFirst(Self.most)
    guard !rest.isEmpty else { return [] }
    let undecided = rest.reduce(0) { $0 + $1.count(matrix.metric, .undecided) }
    return [
      "\(plural(rest.count, "other")), of \(rest.count == 1 ? "which" : "all of which") "
        + "\(plural(undecided, "comparison")) \(undecided == 1 ? "is" : "are") undecided."
    ]
  }

  /// Of an open loop, what was shown of another time.
  private func others(by metric: Metric) -> [String] {
    let rows = matrix.rows.filter { !$0.outcomes(metric).isEmpty }
    guard !rows.isEmpty else { return [] }
    let shown = rows.filter { $0.count(metric, .better) + $0.count(metric, .worse) > 0 }
    guard !shown.isEmpty else {
      return ["\(metric.figure): nobody is shown to differ from \(matrix.reference ?? "")."]
    }
    return shown.prefix(Self.most).map {
      "\(metric.figure) of \($0.server): \(words($0, metric).standing)."
    }
  }

  /// Of the servers that the headline names, what a message costs them.
  private var cost: [String] {
    guard named.count <= 3 else { return [] }
    return matrix.rows.filter { named.contains($0.server) && !$0.outcomes(.serverCPU).isEmpty }.map
    {
      let name = named.count > 1 ? " of \($0.server)" : ""
      return "Server CPU per message\(name): \(words($0, .serverCPU).standing)."
    }
  }

  /// A server whose client had no time left might do more than it shows.
  private var clientBound: [String] {
    let leading = named + [matrix.reference].compactMap { $0 }
    return matrix.rows.filter { leading.contains($0.server) }.compactMap { row in
      let places = row.cells.indices.filter { row.cells[$0].isClientBound }
      guard !places.isEmpty else { return nil }
      return
        "The client was the limit of \(row.server)\(situation.some(places.count)): it might do more."
    }
  }

  /// Rates of an open loop that were not kept.
  private var unkept: [String] {
    matrix.rows.compactMap { row in
      let places = row.cells.indices.filter { row.cells[$0].summary?.keptRate == false }
      return places.isEmpty
        ? nil
        : "\(row.server) did not keep the rate\(situation.at(places)): its times say when the window ended."
    }
  }
}
