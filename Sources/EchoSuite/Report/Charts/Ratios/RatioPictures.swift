internal import EchoIO

/// Who is ahead, and in which situation: the ratios of all servers to the one that they are compared
/// with.
struct RatioPictures {
  let result: SuiteResult
  let panels: [RatioPanel]

  init(_ result: SuiteResult) {
    self.result = result
    panels = RatioPanel.all(result)
  }

  /// A picture for each situation; nil where nothing is compared.
  var section: PictureSection? {
    guard !panels.isEmpty else { return nil }
    let plot = RatioPlot(panels, isFile: false)
    let figures = panels.enumerated().map { index, panel in
      Figure(
        name: "ratios-\(index + 1)", title: title(of: [panel]),
        description: panel.sentences, caption: "", drawing: plot.drawing(panel),
        situation: panel.situation.values)
    }
    return PictureSection(
      id: "ratios", heading: question, figures: figures, after: [.paragraph(reading(plot))])
  }

  private var question: String {
    let engines = panels.map(\.situation.engine).uniqued
    let verb = panels.allSatisfy { $0.metric.better == .lower } ? "is faster" : "echoes more"
    return engines.count > 1 ? "Who \(verb), and under which client?" : "Who \(verb)?"
  }

  private func title(of panels: [RatioPanel]) -> String {
    let metrics = panels.map { $0.metric.comparedAs ?? $0.metric.title }.uniqued
    let references = panels.compactMap(\.reference).uniqued
    let against =
      references.count == 1 && panels.allSatisfy { $0.reference != nil }
      ? "against \(references[0]) = 1" : "as ratios"
    return "\(metrics.joined(separator: " and ")), \(against)"
  }

  /// How the pictures are read.
  private func reading(_ plot: RatioPlot) -> Text {
    Text("\(scaleSentence) \(linesSentence(plot))\(marksSentence)")
  }

  private var isOpen: Bool { panels.contains { $0.metric.better == .lower } }

  private var scaleSentence: String {
    let metrics = panels.map { $0.metric.comparedAs ?? $0.metric.title }.uniqued
    let less = isOpen ? " Of times less is better." : ""
    return
      "\(metrics.joined(separator: " and ")) as ratios of the same rounds, on a logarithmic axis,"
      + " at the smallest buffer that the message fits.\(less)"
  }

  /// What the lines of a server are, where they have no labels.
  fileprivate func linesSentence(_ plot: RatioPlot) -> String {
    guard plot.isCompact, let inner = Situations(result).inner,
      panels.contains(where: { $0.mostEntries > 1 })
    else { return "" }
    let values = inner.values.map(\.text).joined(separator: ", ")
    let noun = SituationWords(title: "", explanation: nil, axis: inner.name, values: []).noun(1)
    return "From the top each server has a line for each \(noun): \(values). "
  }

  private var marksSentence: String {
    let margin = fixed(Verdict.margin, 2)
    return "Mark: the ratio; line: its 95 % interval. Blue is better and orange worse, each shown"
      + " with 99.9 % confidence; a ring is a tie: the interval lies within ÷\(margin) and"
      + " ×\(margin), the grey zone; a small grey dot is undecided."
  }
}

extension RatioPictures {
  /// All situations in a picture by itself. Where nothing is compared, it says so.
  var file: Figure {
    let title = panels.isEmpty ? "\(result.plan.name): nothing is compared" : title(of: panels)
    return Figure(
      name: "ratios", title: title, description: panels.map(\.sentences).joined(separator: " "),
      caption: reading(RatioPlot(panels, isFile: true)), drawing: RatioFile(self, title).drawing)
  }
}

extension RatioPictures {
  /// The marks that occur, and what they stand for.
  var legend: [LegendEntry] {
    let findings = panels.flatMap(\.entries).map(\.finding)
    let marks = panels.flatMap { panel in
      panel.entries.compactMap(\.finding.comparison).map(panel.mark)
    }
    let words = isOpen ? ("faster", "slower") : ("more", "fewer")
    let isInvalid = findings.contains { if case .invalid = $0 { true } else { false } }
    let entries: [(entry: LegendEntry, occurs: Bool)] = [
      (LegendEntry(.dot, .more, words.0), marks.contains { $0.paint == .more }),
      (LegendEntry(.dot, .fewer, words.1), marks.contains { $0.paint == .fewer }),
      (LegendEntry(.ring, .tie, "tie"), marks.contains { $0.mark == .ring }),
      (LegendEntry(.dot, .tie, "undecided", radius: 2.5), marks.contains { $0.isUndecided }),
      (LegendEntry(.cross, .fewer, "INVALID"), isInvalid),
    ]
    return entries.filter(\.occurs).map(\.entry)
  }

  /// For a picture by itself, which has its legend.
  var shortReading: String {
    let margin = fixed(Verdict.margin, 2)
    return
      "Ratios of the same rounds, 95 % intervals. Grey zone: ÷\(margin) to ×\(margin), no reason"
      + " to choose. \(linesSentence(RatioPlot(panels, isFile: true)))"
  }
}

extension RatioPanel {
  /// What it shows for who does not see it: every ratio in words.
  var sentences: String {
    let parts = rows.filter { !$0.isReference }.map { row in
      let entries = row.entries.map { entry in
        (entry.label.isEmpty ? "" : "\(entry.label) ") + words(entry.finding)
      }
      return "\(name(of: row)): \(entries.joined(separator: ", "))"
    }
    return "\(heading). \(parts.joined(separator: "; "))."
  }

  private func words(_ finding: RatioRow.Finding) -> String {
    switch finding {
    case .compared(let comparison, _): "\(comparison.ratioText) \(comparison.verdict.word)"
    case .invalid: "INVALID"
    case .missing(let word): word
    }
  }
}
