import Foundation
import Testing

/// `compare` over folders of a simulated suite, some of them changed.
@Suite(.timeLimit(.minutes(1)))
struct CompareCommandTests {
  private static let fixture = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "EchoSuiteTests/Fixtures/simulated").path()

  @Test func `a result is no regression of itself, and the document is what its schema says`()
    async throws
  {
    try await withSuites { folder in
      let ending = try await compare(folder, "--format", "json")
      #expect(ending.status == 0, "\(ending.errors)")
      let document = try JSONValue(parsing: ending.output)
      #expect(try Schema(named: "echobench-comparison/1").complaints(about: document) == [])
      let rows: [JSONValue] = if case .array(let rows) = document["rows"] { rows } else { [] }
      #expect(rows.count == 4)
      for row in rows {
        #expect(row["ratios"]?["messages_per_second"]?["value"] == .number(1))
      }
      #expect(document["regressions"] == .number(0))
      let table = try await compare(folder)
      #expect(table.output.contains("**No regression**"))
      #expect(table.output.contains("- absent, 1000 B, blocking: unavailable"))
    }
  }

  @Test func `a slower server is a regression, in a document of the same schema`() async throws {
    try await withSuites { folder in
      try folder.halve("libuv", in: "new")
      let ending = try await compare(folder, "--format", "json")
      #expect(ending.status == 2, "\(ending.errors)")
      let document = try JSONValue(parsing: ending.output)
      #expect(try Schema(named: "echobench-comparison/1").complaints(about: document) == [])
      let table = try await compare(folder)
      #expect(table.status == 2)
      #expect(table.output.contains("worse, beyond 5 %"))
      let allowed = try await compare(folder, "--threshold", "100%")
      #expect(allowed.status == 0)
    }
  }

  @Test func `a server that is wrong now ends with 3`() async throws {
    try await withSuites { folder in
      let path = "new/trials.jsonl"
      let wrong = folder.read(path).split(separator: "\n").map { line in
        line.contains("\"name\":\"libuv,")
          ? line.replacingOccurrences(of: "\"valid\":true", with: "\"valid\":false")
            .replacingOccurrences(
              of: "\"invalid_reasons\":[]", with: "\"invalid_reasons\":[\"no\"]")
          : String(line)
      }
      try folder.write(wrong.joined(separator: "\n") + "\n", to: path)
      let ending = try await compare(folder)
      #expect(ending.status == 3, "\(ending.errors)")
      #expect(ending.output.contains("INVALID, before measured: no"))
    }
  }

  @Test(arguments: [
    (
      "\"online_cpus\" : 2", "\"online_cpus\" : 4", "--allow-other-machine",
      "different machines (machine.json): processor.online_cpus is 4, and was 2."
    ),
    (
      "\"configuration\" : \"release\"", "\"configuration\" : \"debug\"", "--allow-other-build",
      "different builds (machine.json): build.configuration is debug, and was release."
    ),
  ])
  func `results that are not alike are refused unless that is allowed`(
    part: String, instead: String, option: String, message: String
  ) async throws {
    try await withSuites { folder in
      let machine = folder.read("new/machine.json")
      try #require(machine.contains(part))
      try folder.write(
        machine.replacingOccurrences(of: part, with: instead), to: "new/machine.json")
      let ending = try await compare(folder)
      #expect(ending.status == 1)
      #expect(ending.output == "")
      #expect(ending.errors.contains(message), "\(ending.errors)")
      #expect(ending.errors.contains("Give '\(option)' to compare them all the same."))
      let allowed = try await compare(folder, option)
      #expect(allowed.status == 0, "\(allowed.errors)")
      #expect(allowed.output.contains("**Not measured alike**"))
    }
  }

  @Test(arguments: [
    (["base"], 64, "Missing expected argument '<new>'"),
    (["base", "none"], 1, "none"),
    (
      ["base/plan.json", "new/plan.json"], 1,
      "base/plan.json is a file, and the folder of a suite is needed: give base."
    ),
    (
      ["base", "/dev/null"], 1, "/dev/null is a file, and the folder of a suite is needed, such as"
    ),
    (["base", "new", "--threshold", "0"], 64, "'--threshold' must be above 0%"),
    (["base", "new", "--threshold", "a lot"], 64, "'--threshold' must be a percentage such as"),
    (["base", "new", "--format", "html"], 64, "'html'"),
  ])
  func `bad input is told in words`(
    arguments: [String], status: Int32, message: String
  ) async throws {
    try await withSuites { folder in
      let ending = try await RunningProgram.run(["compare"] + arguments, in: folder.path)
      #expect(ending.status == status)
      #expect(ending.errors.contains(message), "\(ending.errors)")
    }
  }

  private func compare(
    _ folder: TemporaryFolder, _ options: String...
  ) async throws -> RunningProgram.Ending {
    try await RunningProgram.run(["compare", "base", "new"] + options, in: folder.path)
  }

  private func withSuites(_ body: (TemporaryFolder) async throws -> Void) async throws {
    try await TemporaryFolder.with { folder in
      for name in ["base", "new"] {
        try FileManager.default.copyItem(
          atPath: Self.fixture, toPath: folder.path + "/" + name)
      }
      try await body(folder)
    }
  }
}

extension TemporaryFolder {
  /// Halves what a server of the suite did in a second.
  fileprivate func halve(_ server: String, in suite: String) throws {
    let path = "\(suite)/trials.jsonl"
    let lines = read(path).split(separator: "\n").map { line -> String in
      guard line.contains("\"name\":\"\(server),") else { return String(line) }
      let pattern = /"messages_per_second":([0-9.]+)/
      guard let match = line.firstMatch(of: pattern), let rate = Double(match.1) else {
        return String(line)
      }
      return line.replacingCharacters(
        in: match.range, with: "\"messages_per_second\":\(rate / 2)")
    }
    try write(lines.joined(separator: "\n") + "\n", to: path)
  }
}
