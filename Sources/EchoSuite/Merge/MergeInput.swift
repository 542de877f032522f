internal import EchoIO
internal import Foundation
internal import Glibc

/// What is wrong with what was given to merge: where, and which rule it breaks.
public struct MergeProblem: Error, Hashable, CustomStringConvertible, Sendable {
  public let source: String
  public let rule: String

  public var description: String { "\(legible(source)): \(legible(rule))" }
}

/// A document that was given to merge, and where it stood.
struct MergeInput: Sendable {
  let source: String
  let data: Data

  /// Everything that paths name: files, what files are in folders, and `-` for standard input.
  static func all(at paths: [String]) throws(MergeProblem) -> [MergeInput] {
    var inputs: [MergeInput] = []
    var seen: Set<String> = []
    for path in paths {
      for file in try files(at: path) {
        guard seen.insert(URL(filePath: file).resolvingSymlinksInPath().path).inserted else {
          throw MergeProblem(source: name(of: file), rule: "it was given before")
        }
        inputs += try documents(in: file, isNamed: file == path || path == "-")
        guard inputs.count <= most else {
          throw MergeProblem(source: file, rule: "there are more than \(most) documents up to here")
        }
      }
    }
    return inputs
  }

  /// Clients, and the readings of an observation: an hour of them at ten per second.
  private static let most = Shard.most + 36_000
  /// A client's report takes some ten kilobytes, and such an hour a kilobyte for each reading.
  private static let largest = ByteCount(64 << 20)
  private static let mostFiles = 20_000
  private static let deepest = 8

  /// A file of documents as a path names it.
  private static func files(at path: String) throws(MergeProblem) -> [String] {
    if path == "-" { return ["/dev/stdin"] }
    guard try status(path, followingLinks: true)?.isFolder == true else { return [path] }
    var found: [String] = []
    try addFiles(of: path, depth: 1, to: &found)
    guard !found.isEmpty else {
      throw MergeProblem(source: path, rule: "there is no report in this folder")
    }
    return found
  }

  /// By their names, so that the order is the same everywhere. Links are not followed: what they lead to
  /// would be there twice.
  private static func addFiles(
    of folder: String, depth: Int, to found: inout [String]
  ) throws(MergeProblem) {
    guard depth <= deepest, found.count <= mostFiles else {
      throw MergeProblem(source: folder, rule: "there are too many files or folders to look at")
    }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw MergeProblem(source: folder, rule: error.fileReason)
    }
    for name in names.sorted() where !isNoReport(name) {
      let path = folder.hasSuffix("/") ? "\(folder)\(name)" : "\(folder)/\(name)"
      guard let status = try status(ofEntry: path) else { continue }
      if status.isRegular {
        found.append(path)
      } else if status.isFolder {
        try addFiles(of: path, depth: depth + 1, to: &found)
      }
    }
  }

  /// What a folder has just listed; nil where it is gone.
  /// - Throws: `MergeProblem` where nobody can tell what it is, as in a folder that may be listed only: a report
  ///   that is left out is missed by nobody.
  private static func status(ofEntry path: String) throws(MergeProblem) -> FileStatus? {
    do throws(SystemError) {
      return try FileStatus(path, followingLinks: false)
    } catch {
      guard error.errno == ENOENT else { throw MergeProblem(source: path, rule: error.fileReason) }
      return nil
    }
  }

  /// - Throws: `MergeProblem` where nobody can tell what is there.
  private static func status(
    _ path: String, followingLinks: Bool
  ) throws(MergeProblem) -> FileStatus? {
    do throws(SystemError) {
      return try FileStatus.ifThere(path, followingLinks: followingLinks)
    } catch {
      throw MergeProblem(source: path, rule: error.fileReason)
    }
  }

  /// What launchers leave beside standard output (GNU parallel, Open MPI), and what a client does, and merge
  /// itself.
  private static func isNoReport(_ name: String) -> Bool {
    let others = ["hlog", "hgrm", "csv", "md", "txt", "html", "svg", "err", "log"]
    return name.hasPrefix(".") || replacedName(by: name) != nil
      || ["stderr", "seq", MergeFormat.json.fileName].contains(name)
      || others.contains { name.hasSuffix(".\($0)") }
  }

  private static func name(of file: String) -> String {
    file == "/dev/stdin" ? "standard input" : file
  }

  /// A file is one document, or has one on each line.
  /// - Parameter isNamed: by whoever merges, and not only by the folder that it is in: what was a file when that was
  ///   looked at may be a link by now.
  static func documents(
    in file: String, isNamed: Bool
  ) throws(MergeProblem) -> [MergeInput] {
    let name = name(of: file)
    let data: Data
    do throws(FileProblem) {
      data = try isNamed ? readFile(file, most: largest) : readDocument(file, most: largest)
    } catch {
      throw MergeProblem(source: name, rule: error.reason)
    }
    let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .enumerated().filter { !$0.element.allSatisfy { " \t\r".utf8.contains($0) } }
    guard let first = lines.first else {
      throw MergeProblem(
        source: name,
        rule: "it is empty: its client did not report, or has not ended yet")
    }
    let isPerLine = lines.count > 1 && looksWhole(first.element)
    guard isPerLine else { return [MergeInput(source: name, data: data)] }
    return lines.map {
      MergeInput(source: "\(name), line \($0.offset + 1)", data: Data($0.element))
    }
  }

  private static func looksWhole(_ line: Data) -> Bool {
    let ends = line.filter { !" \t\r".utf8.contains($0) }
    return ends.first == UInt8(ascii: "{") && ends.last == UInt8(ascii: "}")
  }
}
