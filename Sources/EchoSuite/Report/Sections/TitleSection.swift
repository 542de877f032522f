/// What was run, and what has to be known before anything else is read.
struct TitleSection {
  let result: SuiteResult

  var blocks: [Document.Block] {
    let plan = result.plan
    var blocks = [Document.Block.heading(plan.name, level: 1)]
    if !plan.about.isEmpty { blocks.append(.paragraph(Text(plan.about))) }
    blocks += Trust(result: result).alarms.map { .paragraph($0) }
    return blocks
  }
}
