public import ArgumentParser
public import EchoSuite
internal import Foundation

extension ReportFormat: ExpressibleByArgument {}

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Regenerate the reports of a suite from its files, without running anything.",
    discussion: """
      Exits with 2 when --check finds a document that says something else than the results.

      Examples:
        $ echobench report results/quick
        $ echobench report results/quick --format csv --output quick.csv
        $ echobench report results/quick --check README.md
      """)

  @Argument(help: "The folder that a suite has written.")
  var directory: String

  @Option(help: "What to print.")
  var format = ReportFormat.markdown

  @Option(help: "Write the report to this file instead of to standard output.")
  var output: String?

  @Flag(help: "Write all reports into the folder again.")
  var update = false

  @Option(
    help: ArgumentHelp(
      "Fail unless this document says what the results say, all of it or between its markers.",
      valueName: "file"))
  var check: String?

  @Option(
    help: ArgumentHelp("Replace the part between this document's markers.", valueName: "file"))
  var insert: String?

  func run() throws {
    let result = SuiteResult(try TrialLog.open(directory))
    if update { try result.writeReports(to: directory) }
    if let insert { try self.insert(Excerpt(result), insert) }
    if let check { return try self.check(Excerpt(result), format.render(result), check) }
    if !update, insert == nil { try Output.write(format.render(result), to: output) }
  }

  private func check(_ excerpt: Excerpt, _ report: String, _ path: String) throws {
    guard excerpt.isCurrent(in: try read(path), report: report) else {
      Output.note("\(path) is stale: renew it with 'echobench report \(directory)'")
      throw ExitCode(2)
    }
  }

  private func insert(_ excerpt: Excerpt, _ path: String) throws {
    guard let document = excerpt.inserted(into: try read(path)) else {
      throw RunError("\(path) has no markers for these results")
    }
    try Output.write(document, to: path)
  }

  private func read(_ path: String) throws -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw RunError("\(path) cannot be read; is the path right?")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
