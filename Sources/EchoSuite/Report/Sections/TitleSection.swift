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
    return blocks
  }
}
