/// What was run, and what has to be known before anything else is read.
struct TitleSection {
  let result: SuiteResult

  var blocks: [Document.Block] {
    let plan = result.plan
    var blocks = [Document.Block.heading(plan.name, level: 1)]
    if !plan.about.isEmpty { blocks.append(.paragraph(Text(plan.about))) }
    let total = plan.trials.count
    if result.trialsDone < total {
      blocks.append(
        .paragraph("\(strong: "Partial"): \(result.trialsDone) of \(total) trials have run."))
    }
    if result.machine.build.configuration == .debug {
      blocks.append(
        .paragraph("\(strong: "Measured with a debug build: the figures mean nothing.")"))
    }
    if let alarm { blocks.append(.paragraph(alarm)) }
    return blocks
  }

  /// What ran twice under two names and differs from itself makes every difference doubtful.
  private var alarm: Text? {
    guard let twin = result.twin, !twin.differences.isEmpty else { return nil }
    let names = twin.differences.compactMap(\.comparedAs).joined(separator: " and ")
    return """
      \(strong: "One scenario differs from itself"): \(twin.scenario.name) ran twice under two names, \
      and the two differ in \(names) with 99.9 % confidence. Something disturbs this suite: no other \
      difference can be trusted.
      """
  }
}
