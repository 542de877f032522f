/// Who needs least server CPU per message, which is steadier than messages/s where server and client share
/// CPUs.
struct CostFinding {
  let matrices: [RatioMatrix]

  /// Nil where no CPU time was compared.
  var item: Findings.Item? {
    let known = matrices.filter { matrix in
      matrix.rows.contains { !$0.outcomes(.serverCPU).isEmpty }
    }
    guard !known.isEmpty else { return nil }
    let texts = known.map { Text(sentence($0)) }
    return Findings.Item(
      kind: .cost, situation: "Least server CPU per message", headline: headline(known),
      sentence: texts[0], details: Array(texts.dropFirst()))
  }

  /// Those that need less everywhere, in every situation.
  private func headline(_ matrices: [RatioMatrix]) -> String {
    let leaders = matrices.map { matrix -> [String] in
      if case .leaders(let names) = Claim(matrix, by: .serverCPU) { names } else { [] }
    }
    let common = leaders[0].filter { name in leaders.allSatisfy { $0.contains(name) } }
    if !common.isEmpty { return brief(common) }
    let isBetter = matrices.contains { matrix in
      matrix.rows.contains { $0.count(.serverCPU, .better) > 0 }
    }
    if isBetter { return matrices.count > 1 ? "it depends on the situation" : "it depends" }
    let references = uniqued(matrices.compactMap(\.reference))
    return references.count == 1
      ? "nobody is shown to need less than \(references[0])" : "nobody is shown to need less"
  }

  private func sentence(_ matrix: RatioMatrix) -> String {
    let title = matrix.situation.title
    let claim = Claim(matrix, by: .serverCPU)
    let words = words(claim, matrix)
    guard title.isEmpty else { return "\(title): \(words)." }
    // A name keeps its letters.
    let isNamed = matrix.rows.contains { words.hasPrefix($0.server) }
    return (isNamed ? words : words.capitalised) + "."
  }

  private func words(_ claim: Claim, _ matrix: RatioMatrix) -> String {
    let (situation, reference) = (matrix.situation, matrix.reference ?? "the reference")
    let compared = matrix.rows.count { !$0.outcomes(.serverCPU).isEmpty }
    // Of whom nothing is known, nothing is said.
    let nobody = compared + 1 < matrix.rows.count ? "nobody that was compared" : "nobody"
    switch claim {
    case .leaders(let names):
      let need = names.count == 1 ? "needs" : "need"
      return "\(brief(names)) \(need) less than \(reference)\(situation.every)"
        + " (\(ratios(of: names, matrix)))"
    case .some(let ahead):
      let each = ahead.prefix(3).map { "\($0.server)\(situation.some($0.count))" }
      let more = ahead.count > 3 ? ["\(ahead.count - 3) more somewhere"] : []
      return "less than \(reference) in some places: \(listed(each + more))"
    case .reference: return "\(reference) needs less than all that were compared\(situation.every)"
    case .ties(let bound):
      return
        "\(nobody) differs from \(reference) by more than \(wholePercent(bound))\(situation.any)"
    case .nobody: return "\(nobody) needs less than \(reference)\(situation.any)"
    case .nobodyShown, .undecided:
      return "nobody is shown to need less than \(reference)\(situation.any)"
    case .nothing, .alone: return "nothing is compared"
    }
  }

  private func ratios(of names: [String], _ matrix: RatioMatrix) -> String {
    let ranges = matrix.rows.filter { names.contains($0.server) }.compactMap {
      $0.ratios(.serverCPU)
    }
    let (least, most) = (ranges.map(\.lowerBound).min() ?? 1, ranges.map(\.upperBound).max() ?? 1)
    return ratioText(least...max(least, most))
  }
}
