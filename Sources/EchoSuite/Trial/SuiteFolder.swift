internal import EchoIO
internal import Foundation

/// The files of a suite in their folder. Whatever else is there is somebody's, and so is a file that
/// has the name of one of ours and is none: nothing of that is written over or removed.
struct SuiteFolder: Sendable {
  let path: String

  /// Documents are small: the plan of the largest suite has some megabytes.
  private static let largestDocument = ByteCount(64 << 20)
  /// Enough for the first line of a report.
  private static let head = 4096

  func path(_ file: TrialLog.File) -> String { "\(path)/\(file.rawValue)" }

  /// - Throws: `SuiteError`.
  func read<Value: CheckedDocument>(
    _ type: Value.Type, from file: TrialLog.File
  ) throws(SuiteError) -> Value {
    do throws(FileProblem) {
      let value = try JSONDocument.decode(
        type, from: try readDocument(path(file), most: Self.largestDocument))
      if let problem = value.problem { throw FileProblem(reason: problem) }
      return value
    } catch {
      throw problem(error, with: file)
    }
  }

  func problem(
    _ problem: FileProblem, with file: TrialLog.File, line: Int? = nil
  ) -> SuiteError {
    problem.isMissing
      ? .missing(path, file.rawValue)
      : .unreadable(path(file), line: line, legible(problem.reason))
  }

  /// - Throws: `SuiteError.unwritable`.
  func write(_ value: some Encodable, to file: TrialLog.File) throws(SuiteError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    do {
      try replaceDocument(at: path(file), with: try encoder.encode(value) + Data("\n".utf8))
    } catch {
      throw SuiteError.unwritable(path, error.fileReason)
    }
  }

  private static let names =
    TrialLog.File.allCases.map(\.rawValue) + ReportFormat.allCases.map(\.fileName)

  /// Whether there is a plan of ours, which makes the folder a suite's.
  /// - Throws: `SuiteError.foreign` where anything has a name of ours and is not ours.
  func holdsSuite() throws(SuiteError) -> Bool {
    let plan = try ours(TrialLog.File.plan.rawValue, Stamp.plan, "plan")
    if plan == nil, try isBeginning() { return false }
    for name in Self.names where name != TrialLog.File.plan.rawValue {
      guard try isThere(name) else { continue }
      guard let plan else {
        throw SuiteError.foreign(path, file: name, "is there, without a suite's plan")
      }
      try check(name, of: plan)
    }
    return plan != nil
  }

  /// Whether what is there is a suite's that ended before it had begun: a plan is written last, so that
  /// nothing was measured without one. It may be begun anew.
  private func isBeginning() throws(SuiteError) -> Bool {
    for name in Self.names {
      guard let status = try status(name) else { continue }
      switch TrialLog.File(rawValue: name) {
      case .machine: _ = try ours(name, Stamp.machine, "machine")
      case .trials, .anatomies:
        guard status.isRegular, status.size == 0 else { return false }
      case .plan, nil: return false
      }
    }
    return true
  }

  /// Removes what a crash has left of files that were to replace ours. To be called by whoever has the
  /// folder's lock: nobody else replaces them.
  func removeLeftovers() {
    let others = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    for other in others {
      guard let name = replacedName(by: other), Self.names.contains(name),
        (try? status(other))?.isRegular == true
      else { continue }
      try? FileManager.default.removeItem(atPath: "\(path)/\(other)")
    }
  }

  /// Looks at what is there of the path: the folder, or the nearest in which it would be made.
  /// - Throws: `SuiteError.unwritable` where that is no folder, or may not be written to.
  func checkPlace() throws(SuiteError) {
    var place = URL(filePath: path).standardizedFileURL
    while unsafe access(place.path, F_OK) != 0, place.pathComponents.count > 1 {
      place.deleteLastPathComponent()
    }
    // With a slash at its end, a name is that of a folder, or of nothing.
    guard unsafe access("\(place.path)/", W_OK | X_OK) == 0 else {
      throw SuiteError.unwritable(path, SystemError("file", errno: errno).reason)
    }
  }

  /// Removes every file of a suite, once `holdsSuite` has found that they are; the plan last, so that
  /// a crash leaves the others recognisable.
  /// - Throws: `SuiteError.unwritable`.
  func removeSuite() throws(SuiteError) {
    let reports = ReportFormat.allCases.map(\.fileName)
    for name in reports + TrialLog.File.allCases.reversed().map(\.rawValue) {
      guard try isThere(name) else { continue }
      if name == TrialLog.File.plan.rawValue { synchronizeFolder(path) }
      do {
        try FileManager.default.removeItem(atPath: "\(path)/\(name)")
      } catch {
        throw SuiteError.unwritable(path, error.fileReason)
      }
    }
  }

  /// By what it begins with, as far as that was written; of a report whose form says nothing, the plan
  /// beside it has to do.
  private func check(_ name: String, of plan: Stamp) throws(SuiteError) {
    switch name {
    case TrialLog.File.machine.rawValue: _ = try ours(name, Stamp.machine, "machine")
    case TrialLog.File.trials.rawValue:
      guard try head(name).isBegun(by: Self.trialStart) else {
        throw SuiteError.foreign(path, file: name, "is no suite's log")
      }
    case TrialLog.File.anatomies.rawValue:
      let head = try head(name)
      guard Self.anatomyStarts.contains(where: head.isBegun) else {
        throw SuiteError.foreign(path, file: name, "is no suite's anatomies")
      }
    default:
      for report in ReportFormat.allCases where report.fileName == name {
        try check(name, report.sign(suite: plan.name ?? ""))
      }
    }
  }

  private func check(_ name: String, _ sign: ReportFormat.Sign) throws(SuiteError) {
    switch sign {
    case .schema(let schema):
      do throws(SuiteError) {
        _ = try ours(name, schema, "report")
      } catch {
        // What a crash has cut off says no schema.
        let head = try head(name)
        guard JSONReport.starts.contains(where: head.isWritten), !isJSON(name) else { throw error }
      }
    case .start(let start):
      guard try head(name).isWritten(from: start) else {
        throw SuiteError.foreign(path, file: name, "is no report of this suite")
      }
    case .none: _ = try head(name)
    }
  }

  /// Every line begins so: members are sorted, and this is the first.
  private static let trialStart = #"{"attempt":"#

  /// The first member of what was counted, and of what could not be.
  private static let anatomyStarts = [#"{"anatomy":"#, #"{"build":"#]

  /// What a document of ours says it is.
  private struct Stamp: Decodable {
    let schema: String
    let name: String?

    static let plan = "echobench-plan/"
    static let machine = "echobench-machine/"
  }

  /// The stamp of a document of ours, of whatever version; nil when it is not there.
  private func ours(
    _ name: String, _ schema: String, _ kind: String
  ) throws(SuiteError) -> Stamp? {
    guard try isThere(name) else { return nil }
    _ = try head(name)
    guard let data = try? readDocument("\(path)/\(name)", most: Self.largestDocument),
      let stamp = try? JSONDocument.decode(Stamp.self, from: data), stamp.schema.hasPrefix(schema)
    else { throw SuiteError.foreign(path, file: name, "is no suite's \(kind)") }
    return stamp
  }

  private func isJSON(_ name: String) -> Bool {
    guard let data = try? readFile("\(path)/\(name)", most: Self.largestDocument) else {
      return false
    }
    return (try? JSONDocument.decode(JSONTree.self, from: data)) != nil
  }

  /// A link that leads nowhere is there, too.
  private func isThere(_ name: String) throws(SuiteError) -> Bool { try status(name) != nil }

  /// - Throws: `SuiteError.unwritable` where nobody can tell what is there.
  private func status(_ name: String) throws(SuiteError) -> FileStatus? {
    do throws(SystemError) {
      return try FileStatus.ifThere("\(path)/\(name)", followingLinks: false)
    } catch {
      throw .unwritable(path, "\(name): \(error.fileReason)")
    }
  }

  /// The first bytes of a file.
  /// - Throws: `SuiteError.foreign` when it is no file, but a link to one or a folder.
  private func head(_ name: String) throws(SuiteError) -> Data {
    let status = try status(name)
    guard status?.isRegular == true else {
      let kind = status?.isLink == true ? "a link to one" : "something else"
      throw SuiteError.foreign(path, file: name, "is no file, but \(kind)")
    }
    do {
      return try openDocument("\(path)/\(name)").read(upToCount: Self.head) ?? Data()
    } catch {
      let reason = (error as? FileProblem)?.reason ?? error.fileReason
      throw SuiteError.foreign(path, file: name, "cannot be read (\(reason))")
    }
  }
}

extension Data {
  /// Whether this is the head of a file that begins so, as far as it was written: it may be cut off, and
  /// what was not written is zeros.
  fileprivate func isBegun(by start: String) -> Bool {
    let written = prefix { $0 != 0 }
    return written.starts(with: Data(start.utf8).prefix(written.count))
  }

  /// The same of a file that was written from its beginning on: behind zeros are none but zeros.
  fileprivate func isWritten(from start: String) -> Bool {
    isBegun(by: start) && drop { $0 != 0 }.allSatisfy { $0 == 0 }
  }
}

/// A document whose values have to keep to more than their types.
protocol CheckedDocument: Decodable {
  /// The first rule that is broken; nil when there is none.
  var problem: String? { get }
}
