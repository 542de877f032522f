import EchoIO
import Foundation
import Testing

@testable import EchoSuite

/// A suite's folder that somebody else has filled: it is read or refused, at once, and does nothing else.
@Suite(.timeLimit(.minutes(2)))
struct HostileFolderTests {
  private static let documents = ["plan.json", "machine.json", "trials.jsonl", "anatomy.jsonl"]

  /// Copies the simulated suite, and puts something in the place of one of its files.
  private func with(
    _ name: String, _ change: (_ path: String) throws -> Void,
    _ body: (FileTree) throws -> Void
  ) async throws {
    try await FileTree.with([:]) { tree in
      let suite = FileTree(root: tree.root + "suite")
      try FileManager.default.copyItem(
        atPath: SimulatedResults.folder.path(percentEncoded: false), toPath: suite.root)
      try change("\(suite.root)/\(name)")
      try body(suite)
    }
  }

  @Test(arguments: documents)
  func `a pipe that nobody writes to keeps nobody waiting`(name: String) async throws {
    try await with(name) { path in
      try FileManager.default.removeItem(atPath: path)
      try #require(mkfifo(path, 0o600) == 0)
    } _: { suite in
      try expectRefusal(suite, name, "it is no file, but something else")
    }
  }

  @Test(arguments: documents)
  func `nothing is read through a link`(name: String) async throws {
    try await with(name) { path in
      try FileManager.default.moveItem(atPath: path, toPath: path + ".elsewhere")
      try FileManager.default.createSymbolicLink(
        atPath: path, withDestinationPath: path + ".elsewhere")
    } _: { suite in
      try expectRefusal(suite, name, "it is no file, but a link to one")
    }
  }

  @Test(arguments: ReportFormat.allCases)
  func `the other name of a report keeps its content`(format: ReportFormat) async throws {
    try await with(format.fileName) { path in
      if !FileManager.default.fileExists(atPath: path) {
        let result = SuiteResult(
          try TrialLog.open(URL(filePath: path).deletingLastPathComponent().path()))
        try Data(try format.render(result).utf8).write(to: URL(filePath: path))
      }
      let stale = try FileHandle(forWritingTo: URL(filePath: path))
      try stale.seekToEnd()
      try stale.write(contentsOf: Data("mine".utf8))
      try FileManager.default.linkItem(atPath: path, toPath: path + ".mine")
    } _: { suite in
      // JSON with something behind it is none of ours; every other report is made anew.
      try? SuiteResult(TrialLog.open(suite.root)).writeReports(to: suite.root)
      let other = try Data(contentsOf: URL(filePath: "\(suite.root)/\(format.fileName).mine"))
      #expect(other.suffix(4) == Data("mine".utf8))
      guard format != .json else { return }
      let own = try Data(contentsOf: URL(filePath: "\(suite.root)/\(format.fileName)"))
      #expect(own == other.dropLast(4))
    }
  }

  /// Members of a trial's line, each with figures that would trap where they are added up or made another
  /// type of number.
  static let figures: [(member: String, value: String)] =
    [
      "client.cpu.user_ns", "client.client.cpu_ns", "client.machine.idle_ns",
      "client.counts.completed", "client.counts.bytes_received", "client.window.duration_ns",
      "client.lifetime.bytes_received", "client.latency.max",
      "client.connections.fastest_messages", "took_ns",
    ].map { ($0, "18446744073709551615") }
    + [
      ("client.connections.served", "-9223372036854775808"), ("client.latency.mean", "1e300"),
      ("client.counts.errors.reset", "9223372036854775807"),
      ("client.throughput.bytes_per_second", "-1"),
    ]

  @Test(arguments: figures)
  func `a figure that cannot be is refused with its name`(member: String, value: String)
    async throws
  {
    try await with("trials.jsonl") { path in
      let line = try firstLine(path, setting: member, to: value)
      try (line + "\n").write(toFile: path, atomically: false, encoding: .utf8)
    } _: { suite in
      let name = member.hasPrefix("client.") ? String(member.dropFirst(7)) : member
      try expectRefusal(suite, "trials.jsonl", "'\(name)' must be ")
    }
  }

  @Test(arguments: [("messages", "1e300"), ("seconds", "1e300"), ("start_unix_ns", "-1")])
  func `so is one of a client that tells its own`(member: String, value: String) async throws {
    try await with("trials.jsonl") { path in
      var told = ["messages": "10", "seconds": "1"]
      told[member] = value
      let members = told.map { ",\"\($0)\":\($1)" }.joined()
      let line = """
        {"attempt":1,"foreign_client":{"address":"x","load":{"connections":5,"engine":"blocking",\
        "size_bytes":1000,"verify":"full","workers":5},"seed":1,"start_unix_ns":0,"told":{"schema":\
        "echobench-foreign-client/1"\(members)},"warmup_ns":0},"name":"threads","outcome":{"ran":{}},\
        "round":1,"scenario":0,"schema":"echobench-trial/1"}
        """
      try (line + "\n").write(toFile: path, atomically: false, encoding: .utf8)
    } _: { suite in
      try expectRefusal(suite, "trials.jsonl", "'\(member)' must be ")
    }
  }

  @Test(arguments: ["0", "-1", "9223372036854775807"])
  func `so is what was counted of a server that the plan does not have`(bytes: String) async throws
  {
    try await with("anatomy.jsonl") { path in
      let line = try firstLine(path, setting: "scenario.server.buffer_bytes", to: bytes)
      try (line + "\n").write(toFile: path, atomically: false, encoding: .utf8)
    } _: { suite in
      try expectRefusal(suite, "anatomy.jsonl", "is not counted in this plan")
    }
  }

  private func firstLine(
    _ path: String, setting member: String, to value: String
  ) throws -> String {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let first = try #require(text.split(separator: "\n").first)
    var tree = try JSONDecoder().decode(JSONTree.self, from: Data(first.utf8))
    let keys = member.split(separator: ".").map { JSONTree.Key(stringValue: String($0)) }
    // What has no member of the name would not be changed.
    tree.replace(keys[...], with: .string("here"))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var line = String(decoding: try encoder.encode(tree), as: UTF8.self)
    if !line.contains("\"here\"") {
      try #require(member == "took_ns")
      line = "\(line.dropLast()),\"took_ns\":\"here\"}"
    }
    return line.replacing("\"here\"", with: value)
  }

  private func expectRefusal(_ suite: FileTree, _ file: String, _ reason: String) throws {
    let error = #expect(throws: SuiteError.self) { try TrialLog.open(suite.root) }
    let words = error.map { "\($0)" } ?? ""
    #expect(words.hasPrefix("\(suite.root)/\(file)"), "\(words)")
    #expect(words.contains(reason), "\(words)")
  }
}

extension JSONTree {
  /// Puts a value in another's place.
  mutating func replace(_ path: ArraySlice<Key>, with value: JSONTree) {
    guard let key = path.first else {
      self = value
      return
    }
    switch self {
    case .list(var values):
      guard let index = key.intValue, values.indices.contains(index) else { return }
      values[index].replace(path.dropFirst(), with: value)
      self = .list(values)
    case .object(var members):
      members[key.stringValue]?.replace(path.dropFirst(), with: value)
      self = .object(members)
    default:
      break
    }
  }
}
