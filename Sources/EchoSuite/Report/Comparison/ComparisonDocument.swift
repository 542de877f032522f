internal import EchoIO

extension Document {
  /// What two runs of a suite say of each other: what is decided first, then the ratios, and how far
  /// they can be trusted.
  init(_ comparison: RunComparison) {
    let sections = ComparisonSections(comparison: comparison)
    blocks =
      sections.title + sections.ratios + sections.untold + sections.alone + sections.method
  }
}

/// The sections of a comparison of two runs.
private struct ComparisonSections {
  let comparison: RunComparison

  var title: [Document.Block] {
    [
      .heading(name, level: 1),
      .paragraph(decision),
    ] + cautions
  }

  private var name: String {
    let (base, new) = (comparison.base.plan.name, comparison.new.plan.name)
    return base == new ? "\(new), against an earlier run" : "\(new), against \(base)"
  }

  private var decision: Text {
    let limit = percent(comparison.threshold)
    let regressions = comparison.regressions
    guard !regressions.isEmpty else {
      return comparison.comparisons == 0
        ? "\(strong: "Nothing could be compared.")"
        : "\(strong: "No regression"): nothing is worse by more than \(limit) with \(confidence) confidence."
    }
    let list = regressions.map { regression in
      "\(regression.metric.comparedAs ?? regression.metric.title) of \(regression.name)"
        + " (\(fixed(regression.ratio.value, 2)))"
    }
    return """
      \(strong: plural(regressions.count, "regression")), worse by more than \(limit) with \
      \(confidence) confidence: \(list.joined(separator: "; ")).
      """
  }

  /// `99.9 %`, and more where much is compared.
  private var confidence: String {
    let digits = comparison.confidence > Verdict.differenceConfidence ? 3 : 1
    return "\(fixed(100 * comparison.confidence, digits)) %"
  }

  /// What makes the two runs less alike than they should be.
  private var cautions: [Document.Block] {
    let (base, new) = (comparison.base, comparison.new)
    let differences = MachineDifference.all(base: base.machine, new: new.machine).map {
      "\($0)"
    }
    let windows =
      base.plan.timing == new.plan.timing
      ? [] : ["windows are \(windows(new.plan)), and were \(windows(base.plan))"]
    let builds = [base.machine.build.configuration, new.machine.build.configuration]
    let debug = builds.contains(.debug) ? ["a debug build measured: figures mean nothing"] : []
    let partial = [(new, "the new run"), (base, "the base")].compactMap { result, name in
      result.trialsLeft > 0 ? "\(name) was not run to its end" : nil
    }
    let all = debug + differences + windows + partial
    return all.isEmpty
      ? [] : [.paragraph("\(strong: "Not measured alike"):"), .list(all.map { Text($0) })]
  }

  private func windows(_ plan: Plan) -> String {
    let (duration, warmup) = (plan.timing.duration, plan.timing.warmup)
    return "\(TimeSpan(nanoseconds: duration)) after \(TimeSpan(nanoseconds: warmup)) of warm-up"
  }

  var ratios: [Document.Block] {
    let table = ComparisonTable(comparison: comparison)
    var blocks: [Document.Block] = []
    if !comparison.rows.isEmpty {
      blocks += [.heading("Rows", level: 2), .table(table.rows)]
    }
    if !comparison.servers.isEmpty {
      blocks += [
        .heading("Rows of a module together", level: 2), .table(table.servers),
      ]
    }
    return blocks
  }

  /// What has no ratio though both runs have it.
  var untold: [Document.Block] {
    guard !comparison.untold.isEmpty else { return [] }
    return [
      .heading("Not compared", level: 2),
      .list(
        comparison.untold.map { Text("\($0.match.new.scenario.name): \($0.reason)") }),
    ]
  }

  var alone: [Document.Block] {
    [("the base", comparison.baseAlone), ("the new run", comparison.newAlone)].flatMap {
      run, summaries -> [Document.Block] in
      summaries.isEmpty
        ? []
        : [
          .heading("In \(run) alone", level: 2), .list(summaries.map { Text($0.scenario.name) }),
        ]
    }
  }

  var method: [Document.Block] {
    guard comparison.comparisons > 0 else { return [] }
    let expected = fixed(Double(comparison.comparisons) * WrongVerdicts.ratePerLook, 2)
    let margin = fixed(Verdict.margin, 2)
    return [
      .heading("How it was compared", level: 2),
      .paragraph(
        """
        New ÷ base, of scenarios that are the same server under the same load, whatever their names. \
        \(emphasis: "better") and \(emphasis: "worse"): the 99.9 % interval of the ratio excludes 1. \
        \(emphasis: "tie"): the 95 % interval, which is shown, lies within ÷\(margin) and ×\(margin). \
        \(emphasis: "undecided"): neither is known. A regression is worse by more than \
        \(percent(comparison.threshold)) with \(confidence) confidence. Of \
        \(plural(comparison.comparisons, "comparison")), \(expected) would be called different by \
        chance if nothing had changed.
        """),
      .paragraph(Text(drift)),
    ]
  }

  /// How far the machine itself may have moved, and how that is known.
  private var drift: String {
    let measured = Metric.compared.compactMap { metric -> String? in
      let shifts = comparison.rows.compactMap { $0.ratios[metric.key]?.drift }
        .filter { $0.rows > 0 }.map(\.change)
      guard let least = shifts.min(), let most = shifts.max() else { return nil }
      let change = least == most ? percent(least) : "\(percent(least)) to \(percent(most))"
      return "\(metric.comparedAs ?? metric.title) by \(change)"
    }
    let usual =
      "two runs hours apart differ by some \(percent(Drift.usualTogether)) in all rows together and"
      + " by up to \(percent(Drift.usualApart)) in one beside the others (standard deviations)"
    guard !measured.isEmpty else {
      return "Every interval has the usual drift in it: \(usual). With \(Drift.enoughRows) rows of"
        + " other servers the part of all rows would have been measured."
    }
    let drifts = comparison.rows.flatMap(\.ratios.values).map(\.drift)
    let isApartMeasured = drifts.allSatisfy { $0.servers > 0 }
    return
      "What the rows of the other modules did together was taken off: \(measured.joined(separator: ", "))."
      + " What a row does beside the others for no reason is in its interval, "
      + (isApartMeasured
        ? "as far as the others scatter around theirs."
        : "as much as is usual, or more: it takes \(Drift.enoughServers) other modules to measure it.")
      + " As to the usual: \(usual). All modules together have all of that in their interval."
  }

  private func percent(_ share: Double) -> String {
    let text = fixed(100 * share, 1)
    return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + " %"
  }
}
