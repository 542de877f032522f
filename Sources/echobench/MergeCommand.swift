public import ArgumentParser
internal import EchoIO
public import EchoSuite
internal import Foundation

extension MergeFormat: ExpressibleByArgument {}

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
        $ echobench merge results/ --output merged/
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

  @Option(help: "How to report: text, markdown, html, json, csv or svg. (default: text)")
  var format: MergeFormat?

  @Option(
    help: ArgumentHelp(
      """
      Write the report to this file instead of to standard output; or all formats, beside it, into this \
      folder, as merged.md, merged.html, merged.svg and so on.
      """, valueName: "file|folder/"), completion: .file())
  var output: String?

  func validate() throws {
    if let count = try expect?.check("--expect").value, count > Shard.most {
      throw ValidationError("'--expect' must be at most \(Shard.most), got \(count).")
    }
    if let folder, format != nil {
      throw ValidationError(
        "'--output' is a folder (\(folder)), which gets every format: leave out '--format', or give a"
          + " file.")
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
    try write(merge)
    if format ?? .text != .text || output != nil && folder == nil {
      for reason in report.invalidReasons { Output.note("INVALID \(reason)") }
    }
    guard report.valid else { throw ExitCode(3) }
  }

  private func write(_ merge: Merge) throws {
    guard let folder else {
      return try Output.write((format ?? .text).render(merge), to: output)
    }
    do {
      try FileManager.default.createDirectory(
        at: URL(filePath: folder), withIntermediateDirectories: true)
    } catch {
      throw RunError("make \(folder): \(error.fileReason).")
    }
    for format in MergeFormat.allCases where format != .text {
      try Output.write(format.render(merge), toFile: "\(folder)/\(format.fileName)")
    }
    try Output.write(MergeFormat.text.render(merge))
  }

  /// The folder that is to have all formats; nil where that is a file, or nothing was given. A name is a
  /// folder's where it ends so, or there is one.
  private var folder: String? {
    guard let output else { return nil }
    if output.hasSuffix("/") { return output == "/" ? "/" : String(output.dropLast()) }
    var isFolder: ObjCBool = false
    let isThere = unsafe FileManager.default.fileExists(atPath: output, isDirectory: &isFolder)
    return isThere && isFolder.boolValue ? output : nil
  }
}
