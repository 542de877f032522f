import Foundation
import Testing

/// `report` over the folder of a simulated suite.
@Suite(.serialized, .takingTurns, .timeLimit(.minutes(1)))
struct ReportCommandTests {
  private static let fixture = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "EchoSuiteTests/Fixtures/simulated").path()

  private static let readme = """
    # Mine

    <!-- results of simulated -->
    <!-- end of results of simulated -->

    """

  /// What `--check` advises is run as it is printed, by a shell, and the next check is content.
  @Test(arguments: [
    ("README.md", readme, []), ("my old report.md", "old", []), ("old.csv", "old", []),
    ("out dir/report.md", "# simulated\n", []), ("out dir/report.csv", "module,\n", []),
    ("notes", "old", ["--format", "json"]),
  ])
  func `what a stale document is told to be renewed with renews it`(
    path: String, content: String, options: [String]
  ) async throws {
    try await withSuite { folder in
      try folder.write(content, to: path)
      let check = ["report", "out dir", "--check", path] + options
      let stale = try await RunningProgram.run(check, in: folder.path)
      #expect(stale.status == 2)
      #expect(stale.output == "")
      let said = "echobench: \(path) is stale: renew it with '"
      #expect(stale.errors.hasPrefix(said), "\(stale.errors)")
      let command = stale.errors.dropFirst(said.count).dropLast("'\n".count)
      #expect(command.hasPrefix("echobench report 'out dir' --"))
      try shell(String(command), in: folder)
      let renewed = try await RunningProgram.run(check, in: folder.path)
      #expect(renewed.status == 0, "\(command): \(renewed.errors)")
    }
  }

  @Test func `a document keeps its bytes and its mode`() async throws {
    try await withSuite { folder in
      let path = folder.path + "/README.md"
      let odd = Data([0xFF, 0x00, 0xC3, 0x0D, 0x0A])
      try (odd + Data(Self.readme.utf8) + odd).write(to: URL(filePath: path))
      try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
      let ending = try await RunningProgram.run(
        ["report", "out dir", "--insert", "README.md"], in: folder.path)
      #expect(ending.status == 0, "\(ending.errors)")
      let inserted = try #require(FileManager.default.contents(atPath: path))
      #expect(inserted.starts(with: odd))
      #expect(inserted.suffix(odd.count) == odd)
      #expect(inserted.count > Self.readme.utf8.count + 100)
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect(attributes[.posixPermissions] as? Int == 0o640)
    }
  }

  @Test(arguments: ["--insert", "--check"])
  func `a document with two places is left alone`(option: String) async throws {
    try await withSuite { folder in
      try folder.write(Self.readme + Self.readme, to: "README.md")
      let ending = try await RunningProgram.run(
        ["report", "out dir", option, "README.md"], in: folder.path)
      #expect(ending.status == 1)
      #expect(
        ending.errors.contains(
          "README.md has markers for these results in lines 3, 4, 7, 8. Leave one pair of them."),
        "\(ending.errors)")
      #expect(folder.read("README.md") == Self.readme + Self.readme)
    }
  }

  @Test func `a document that is not there is told apart from one without markers`() async throws {
    try await withSuite { folder in
      try folder.write("no markers", to: "README.md")
      let none = try await RunningProgram.run(
        ["report", "out dir", "--insert", "README.md"], in: folder.path)
      #expect(none.status == 1)
      #expect(none.errors.contains("README.md has no markers for these results"))
      let missing = try await RunningProgram.run(
        ["report", "out dir", "--insert", "README.txt"], in: folder.path)
      #expect(missing.status == 1)
      #expect(
        missing.errors.contains(
          "README.txt cannot be read: No such file or directory. Is the path right?"),
        "\(missing.errors)")
    }
  }

  @Test func `a report that somebody wrote is not written over`() async throws {
    try await withSuite { folder in
      try folder.write("# My own thoughts\n", to: "out dir/report.md")
      let ending = try await RunningProgram.run(["report", "out dir", "--update"], in: folder.path)
      #expect(ending.status == 1)
      #expect(
        ending.errors.contains("out dir/report.md is no report of this suite, and is not written"),
        "\(ending.errors)")
      #expect(folder.read("out dir/report.md") == "# My own thoughts\n")
    }
  }

  @Test(arguments: [
    (
      "plan.json", "\"most_rounds\" : 6", "\"most_rounds\" : 9000000000000000000",
      "plan.json: not what a suite writes: 'most_rounds' must be at most 10000, got 9000000000000000000"
    ),
    (
      "plan.json", "\"warmup_ns\"", "\"warmup\"",
      "plan.json: not what a suite writes: 'timing.warmup_ns' is missing"
    ),
    (
      "trials.jsonl", "\"attempt\":1", "\"attempt\":\"1\"",
      "trials.jsonl:1: not what a suite writes: 'attempt' must be a whole number, but is a string"
    ),
    (
      "machine.json", "{", "",
      "machine.json: not what a suite writes: it is not JSON: invalid value around character"
    ),
  ])
  func `a damaged file is told in words`(
    file: String, part: String, instead: String, message: String
  ) async throws {
    try await withSuite { folder in
      let text = folder.read("out dir/\(file)")
      try folder.write(text.replacingOccurrences(of: part, with: instead), to: "out dir/\(file)")
      let ending = try await RunningProgram.run(["report", "out dir"], in: folder.path)
      #expect(ending.status == 1)
      #expect(ending.output == "")
      #expect(ending.errors.contains("out dir/\(message)"), "\(ending.errors)")
      #expect(!ending.errors.contains("DecodingError"))
    }
  }

  /// A folder with a suite in `out dir`, a name that a shell has to be told as one.
  private func withSuite(_ body: (TemporaryFolder) async throws -> Void) async throws {
    try await TemporaryFolder.with { folder in
      try FileManager.default.copyItem(atPath: Self.fixture, toPath: folder.path + "/out dir")
      try await body(folder)
    }
  }

  /// Runs a command line as a person would paste it.
  private func shell(_ command: String, in folder: TemporaryFolder) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "echobench() { '\(RunningProgram.path)' \"$@\"; }; \(command)"]
    process.currentDirectoryURL = URL(filePath: folder.path)
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(command)")
  }
}
