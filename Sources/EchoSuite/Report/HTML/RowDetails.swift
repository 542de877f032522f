internal import EchoIO

/// What a row opens to: its rounds, its bottleneck in words, its notes with what to do, what a message costs
/// its server, and the two commands that repeat it.
struct RowDetails {
  let result: SuiteResult
  let row: PageRow

  private var summary: Summary { row.summary }

  var markup: Markup {
    Markup("details") {
      Markup("summary") { "Details" }
      Markup("div") {
        summary.reasons.map { reason in
          part(summary.status == .invalid ? "Why there is no figure" : "What went wrong") { reason }
        }
        comparison
        rounds(.headline(of: summary.scenario.load))
        rounds(.serverCPU)
        bottleneck
        notes
        anatomy
        commands
      }
    }
  }

  private func part(_ title: String, @MarkupBuilder _ content: () -> Markup) -> Markup {
    Markup("p") {
      Markup("b") { title }
      " "
      content()
    }
  }

  @MarkupBuilder private var comparison: Markup {
    if let comparison = row.comparison {
      part("Against \(comparison.reference.scenario.server.name)") {
        comparison.subject.metrics.compactMap { metric in
          comparison[metric].map { "\(metric.heading) \($0.sentence)" }
        }.joined(separator: "; ")
      }
    }
  }

  @MarkupBuilder private func rounds(_ metric: Metric) -> Markup {
    let series = summary.series(metric)
    if let least = series.values.min(), let most = series.values.max() {
      Markup("p", ["data-rounds": RoundMarks(series: series, estimate: summary[metric]).text]) {
        Markup("b") { "\(metric.title) in \(plural(series.points.count, "round"))" }
        " \(metric.text(least)) to \(metric.text(most))"
      }
    }
  }

  @MarkupBuilder private var bottleneck: Markup {
    if let bottleneck = summary.bottleneck {
      part("Bottleneck") {
        if bottleneck.causes.count != 1 { "undecided" }
        bottleneck.causes.enumerated().map { index, cause in
          Markup(index > 0 ? " or " : bottleneck.causes.count > 1 ? ": " : "")
            + Markup("a", ["href": "#cause-\(cause.rawValue)"]) { cause.rawValue }
        }
        shares
      }
    } else if summary.keptRate == true {
      part("Bottleneck") { "none: the rate that was asked for was kept" }
    } else if summary.ranOnHosts {
      part("Bottleneck") { Summary.hostBottleneck }
    }
  }

  /// How much of the machine had nothing to do, and how busy the busiest threads were.
  private var shares: String {
    let shares: [(Metric, String)] = [
      (.machineIdle, "idle"), (.serverBusiest, "server"), (.clientBusiest, "client"),
    ]
    let known = shares.compactMap { metric, words in
      summary[metric].map { "\(words) \(fixed(100 * $0.value, 0)) %" }
    }
    return known.isEmpty ? "" : " (\(known.joined(separator: ", ")))"
  }

  /// What to do about one stands below the table; the script brings it here.
  private var notes: [Markup] {
    summary.warnings(of: result.plan).map { warning in
      part("Note") {
        "\(warning.label). "
        Markup("a", ["href": "#note-\(warning.kind)"]) { "What to do" }
      }
    }
  }

  @MarkupBuilder private var anatomy: Markup {
    if let anatomy = result.anatomies.anatomy(for: summary.scenario), let calls = anatomy.callList {
      part("A message takes") {
        calls
        if let switches = anatomy.voluntarySwitches { "; \(fixed(switches, 2)) switches" }
        if let own = anatomy.instructions { "; \(grouped(own)) instructions of its own" }
      }
    }
  }

  /// They stand below the table, once for all rows that have them; the script brings them here.
  private var commands: Markup {
    part("Repeat it") {
      Markup("a", ["href": "#server-\(row.server + 1)"]) { "server" }
      " "
      Markup("a", ["href": "#client-\(row.client + 1)"]) { "client" }
    }
  }
}

extension Comparison {
  /// `× 0.67 (0.63–0.72), worse`.
  fileprivate var sentence: String {
    let interval = interval.map { " (\($0.text(ratioFigure)))" } ?? ""
    return "× \(value.map(ratioFigure) ?? "–")\(interval), \(verdict)"
  }
}
