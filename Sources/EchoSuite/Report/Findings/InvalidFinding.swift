internal import EchoIO

/// Servers that did not echo what they were sent: why, and what they would have been said to do by who does
/// not look.
struct InvalidFinding {
  let result: SuiteResult

  /// One for each such server, in the order of the plan.
  var items: [Findings.Item] {
    let wrong = result.summaries.filter { $0.status == .invalid }
    return uniqued(wrong.map(\.scenario.server.name)).map { item($0, wrong) }
  }

  private func item(_ server: String, _ wrong: [Summary]) -> Findings.Item {
    let rows = result.summaries.filter { $0.scenario.server.name == server }
    let own = wrong.filter { $0.scenario.server.name == server }
    let reason = own.first?.reasons.first ?? "it did not echo what it was sent"
    let others = uniqued(own.flatMap(\.reasons)).count - 1
    let reasons = others > 0 ? "\(reason) (and \(plural(others, "other reason")))" : reason
    return Findings.Item(
      kind: .invalid, situation: "Not to be believed", headline: server,
      sentence: "\(strong: "INVALID") in \(extent(own.count, of: rows.count)): \(ended(reasons))",
      details: [unverified(own), corrected(own)].compactMap { $0 })
  }

  private func extent(_ count: Int, of all: Int) -> String {
    if all == 1 { return "its only scenario" }
    return count == all ? "all \(all) scenarios" : "\(count) of \(all) scenarios"
  }

  /// What a client reports that takes any bytes as the reply.
  private func unverified(_ wrong: [Summary]) -> Text? {
    let scenarios = Set(wrong.map(\.scenario.verified))
    let rows = result.unverified.filter {
      scenarios.contains($0.scenario.verified) && $0.scenario.load.rate == nil
    }
    return range(rows).map {
      "A client that does not look would have reported \(strong: $0) messages/s."
    }
  }

  /// What the same server does without its fault, under the same loads.
  private func corrected(_ wrong: [Summary]) -> Text? {
    guard let name = wrong.first?.scenario.server.correctedBy else { return nil }
    let loads = Set(wrong.map { [$0.scenario.load.verified] }.joined())
    let rows = result.summaries.filter {
      $0.scenario.server.name == name && loads.contains($0.scenario.load)
        && $0.scenario.load.rate == nil
    }
    return range(rows).map { "Without the fault, as \(name), it echoes \(strong: $0)." }
  }

  private func range(_ rows: [Summary]) -> String? {
    let figures = rows.compactMap { $0[.messagesPerSecond]?.value }
    guard let least = figures.min(), let most = figures.max() else { return nil }
    let texts = [least, most].map { grouped($0) }
    return texts[0] == texts[1] ? texts[0] : "\(texts[0]) to \(texts[1])"
  }
}

/// Servers of which there is no figure, or not of all rounds: which could not run, and which have not yet.
struct AbsentFinding {
  let result: SuiteResult

  var items: [Findings.Item] {
    let names = uniqued(result.summaries.map(\.scenario.server.name))
    let absent = names.compactMap { name -> (name: String, text: Text)? in
      words(result.summaries.filter { $0.scenario.server.name == name }).map {
        (name, "\(strong: name): \(ended($0))")
      }
    }
    guard let first = absent.first else { return [] }
    return [
      Findings.Item(
        kind: .absent, situation: "Without a figure, or with fewer rounds",
        headline: brief(absent.map(\.name)), sentence: first.text,
        details: absent.dropFirst().map(\.text))
    ]
  }

  /// Of a server's rows; nil where all were measured in all rounds.
  private func words(_ rows: [Summary]) -> String? {
    let states: [(Summary.Status, String)] = [
      (.unavailable, "unavailable"), (.failed, "failed"), (.pending, "not run yet"),
    ]
    let parts = states.compactMap { status, word -> String? in
      let affected = rows.filter { $0.status == status }
      guard !affected.isEmpty else { return nil }
      let count =
        affected.count == rows.count ? "" : " in \(affected.count) of \(rows.count) scenarios"
      let reason = affected.lazy.compactMap(\.reasons.first).first.map { ": \($0)" } ?? ""
      return word + count + reason
    }
    let failed = rows.filter { $0.status == .measured && $0.failedRounds > 0 }
    let partly =
      failed.isEmpty
      ? []
      : [
        "failed in some rounds of \(plural(failed.count, "scenario"))"
          + (failed[0].reasons.first.map { ": \($0)" } ?? "")
      ]
    let all = parts + partly
    return all.isEmpty ? nil : all.joined(separator: "; ")
  }
}

/// As a sentence ends: the words of a server may end as one already.
private func ended(_ words: String) -> String {
  words.last.map { ".!?".contains($0) } == true ? words : words + "."
}
