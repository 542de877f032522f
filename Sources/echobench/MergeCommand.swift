internal import ArgumentParser
internal import EchoIO
internal import EchoSuite

struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Make one result of what clients on several machines have reported.",
    discussion: """
      Reads reports of 'client --format json', and beside them readings of 'observe --format json'. Counts \
      and histograms are added up, rates too; nothing is a mean of means. What cannot be added up is \
      refused, with the file and the rule: another load, version or target, one that is missing or there \
      twice, one that was interrupted or did not run, a window outside of another client's load.

      Exits with 0 when the result is a measurement, 3 when a client's report is INVALID, 1 when the \
      reports cannot be one result.

      Examples:
        $ echobench merge h1.json h2.json h3.json
        $ echobench merge results/ --expect 3 --format markdown --output merged.md
        $ echobench merge results/ --format html --output merged.html
        $ cat *.json | echobench merge - --format json
      """)

  @Argument(
    help: ArgumentHelp(
      "Reports, folders of them, or - for standard input, with one on each line.",
      valueName: "file|folder|-"), completion: .file())
  var paths: [String]

  @Option(
    parsing: .unconditional,
    help:
      "Refuse unless there are so many clients' reports. (default: as many as their --shard says)")
  var expect: Given<Count>?

  @Option(help: "How to report: text, markdown, html, json or csv.")
  var format = Format.text

  @Option(help: "Write the report to this file instead of to standard output.", completion: .file())
  var output: String?

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, markdown, html, json, csv
  }

  func validate() throws {
    if let count = try expect?.check("--expect").value, count > Shard.most {
      throw ValidationError("'--expect' must be at most \(Shard.most), got \(count).")
    }
  }

  func run() throws {
    let merge: Merge
    do {
      merge = try Merge(reading: paths, expecting: try expect?.value.value)
    } catch let refusal as Merge.Refusal {
      for problem in "\(refusal)".split(separator: "\n") { Output.note(String(problem)) }
      throw ExitCode.failure
    }
    let report = MergeReport(merge)
    try Output.write(render(report, merge), to: output)
    if format != .text || output != nil {
      for reason in report.invalidReasons { Output.note("INVALID \(reason)") }
    }
    guard report.valid else { throw ExitCode(3) }
  }

  private func render(_ report: MergeReport, _ merge: Merge) throws -> String {
    switch format {
    case .text: "\(MergeText(report))"
    case .markdown: report.markdown
    case .html: MergePage(merge).text
    case .json: try Output.line(json: report)
    case .csv: report.csv
    }
  }
}
