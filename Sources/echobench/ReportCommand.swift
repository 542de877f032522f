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
        $ echobench report results/quick --format html --output quick.html
        $ echobench report results/quick --check README.md
      """)

  @Argument(help: "The folder that a suite has written.", completion: .directory)
  var directory: String

  @Option(
    help: """
      What to print, or what --check compares with. (default: markdown; with --check, what the file \
      is called)
      """)
  var format: ReportFormat?

  @Option(help: "Write the report to this file instead of to standard output.", completion: .file())
  var output: String?

  @Flag(help: "Write all reports into the folder again.")
  var update = false

  @Option(
    help: ArgumentHelp(
      "Fail unless this document says what the results say, all of it or between its markers.",
      valueName: "file"), completion: .file())
  var check: String?

  @Option(
    help: ArgumentHelp("Replace the part between this document's markers.", valueName: "file"),
    completion: .file())
  var insert: String?

  func validate() throws {
    let others = [(update, "--update"), (insert != nil, "--insert"), (check != nil, "--check")]
    if output != nil, let other = others.first(where: \.0)?.1 {
      throw ValidationError(
        "'--output' is for a report that is printed, and '\(other)' prints none: leave one out.")
    }
    if format != nil, check == nil, let other = others.first(where: \.0)?.1 {
      throw ValidationError(
        "'--format' is for a report that is printed, and '\(other)' prints none: leave one out.")
    }
  }

  func run() throws {
    let log = try TrialLog.open(named: directory)
    // A suite that is being written into the folder writes its reports itself.
    let lock = update ? try DirectoryLock(directory) : nil
    defer { withExtendedLifetime(lock) {} }
    let result = SuiteResult(update ? try TrialLog.open(directory) : log)
    let report = try (format ?? check.flatMap(Self.format) ?? .markdown).render(result)
    if update { try result.writeReports(to: directory) }
    let excerpt = { (document: String) in
      Excerpt(result, folder: Excerpt.path(to: directory, from: document))
    }
    if let insert { try self.insert(excerpt(insert), insert) }
    if let check { return try self.check(excerpt(check), report, check) }
    if !update, insert == nil { try Output.write(report, to: output) }
  }

  private func check(_ excerpt: Excerpt, _ report: String, _ path: String) throws {
    let document = try read(path)
    guard try told(of: path, { try excerpt.isCurrent(in: document, report: report) }) else {
      let hasMarkers = try told(of: path) { try excerpt.inserted(into: document) != nil }
      Output.note("\(path) is stale: renew it with '\(renewal(of: path, hasMarkers))'")
      throw ExitCode(2)
    }
  }

  private func insert(_ excerpt: Excerpt, _ path: String) throws {
    let document = try read(path)
    guard let inserted = try told(of: path, { try excerpt.inserted(into: document) }) else {
      throw RunError("\(path) has no markers for these results")
    }
    do {
      try replaceFile(at: path, with: inserted)
    } catch {
      throw RunError("write \(path): \(error.fileReason).")
    }
  }

  /// The command after which the document is not stale any more.
  private func renewal(of path: String, _ hasMarkers: Bool) -> String {
    let command = ["echobench", "report", directory]
    if hasMarkers { return shell(command + ["--insert", path]) }
    let isOfFolder = ReportFormat.allCases.contains { format in
      URL(filePath: path).resolvingSymlinksInPath()
        == URL(filePath: "\(directory)/\(format.fileName)").resolvingSymlinksInPath()
    }
    if isOfFolder { return shell(command + ["--update"]) }
    let format = (format ?? Self.format(ofFile: path)).map { ["--format", $0.rawValue] } ?? []
    return shell(command + format + ["--output", path])
  }

  /// The format that a file's name ends like.
  private static func format(ofFile path: String) -> ReportFormat? {
    ReportFormat.allCases.first {
      URL(filePath: $0.fileName).pathExtension == URL(filePath: path).pathExtension
    }
  }

  private func told<Value>(of path: String, _ work: () throws -> Value) throws -> Value {
    do {
      return try work()
    } catch let error as Markers.Ambiguous {
      throw RunError("\(path) \(error)")
    }
  }

  private func read(_ path: String) throws -> Data {
    do {
      return try Data(contentsOf: URL(filePath: path))
    } catch {
      throw RunError("\(path) cannot be read: \(error.fileReason). Is the path right?")
    }
  }
}
