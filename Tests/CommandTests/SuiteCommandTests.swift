import EchoSuite
import Foundation
import Testing

/// A suite of two short rounds, in a temporary folder.
@Suite(.timeLimit(.minutes(2)))
struct SuiteCommandTests {
  private static let tiny = """
    name: tiny
    about: Two short rounds.
    rounds: 2
    duration: 1s
    warmup: 10ms
    workers: 2
    servers:
      - backend: threads
      - {name: loop, backend: dispatch, buffers: [4k]}
      - {name: absent, command: "/nonexistent/server --listen {address}"}
    """

  @Test func `a suite leaves its files, and the report is made from them alone`() async throws {
    try await TemporaryFolder.with { folder in
      try folder.write(Self.tiny, to: "tiny.yaml")
      let suite = try await RunningProgram.run(
        ["suite", "--config", "tiny.yaml", "--output", "out"], in: folder.path)
      #expect(suite.status == 0, "\(suite.errors)")
      let out = TemporaryFolder(path: folder.path + "/out")
      #expect(
        Set(out.names)
          == Set(
            ["machine.json", "plan.json", "trials.jsonl"] + ReportFormat.allCases.map(\.fileName)))
      #expect(suite.output == out.read("report.md"))
      #expect(suite.output.contains("| threads |             64 KiB |"))
      #expect(suite.output.contains("| loop    |              4 KiB |"))
      #expect(suite.output.contains(" unavailable |"))
      try checkSchemas(out)

      for format in ReportFormat.allCases {
        let report = try await RunningProgram.run(["report", out.path, "--format", format.rawValue])
        #expect(report.status == 0)
        #expect(report.output == out.read(format.fileName), "\(format)")
      }
      try await checkStaleness(out)
    }
  }

  /// Every document of a folder against its schema.
  private func checkSchemas(_ out: TemporaryFolder) throws {
    for file in ["plan.json", "machine.json", "report.json"] {
      try expectValid(try JSONValue(parsing: out.read(file)), file)
    }
    let trials = out.read("trials.jsonl").split(separator: "\n")
    // Three servers and the twin of the first, in two rounds; disturbed ones more than once.
    #expect(trials.count >= 8)
    for trial in trials { try expectValid(try JSONValue(parsing: trial), "trials.jsonl") }
  }

  private func expectValid(_ document: JSONValue, _ file: String) throws {
    let name = try #require(document["schema"]?.string)
    #expect(try Schema(named: name).complaints(about: document) == [], "\(file)")
  }

  private func checkStaleness(_ out: TemporaryFolder) async throws {
    let path = "\(out.path)/report.md"
    let current = try await RunningProgram.run(["report", out.path, "--check", path])
    #expect(current.status == 0)
    try out.write(out.read("report.md").replacingOccurrences(of: "tiny", with: "big"), to: "old.md")
    let stale = try await RunningProgram.run(["report", out.path, "--check", "\(out.path)/old.md"])
    #expect(stale.status == 2)
    #expect(stale.output == "")
    #expect(stale.errors.contains("old.md is stale: renew it with 'echobench report "))
  }

  @Test func `a server that cannot serve makes the suite fail`() async throws {
    let ending = try await runServer("'broken=echo no luck >&2; exit 4; {port}'")
    #expect(ending.status == 1, "\(ending.errors)")
    #expect(
      ending.errors.contains("'broken' exited with status 4 before it listened: no luck"))
  }

  @Test func `a command can be given on the command line`() async throws {
    let ending = try await runServer(
      "mine=\(RunningProgram.path) server --backend dispatch --address {address}")
    #expect(ending.status == 0, "\(ending.errors)")
    #expect(ending.output.contains("| mine   |                  – |"))
  }

  /// A suite of one server from the command line.
  private func runServer(_ server: String) async throws -> RunningProgram.Ending {
    try await TemporaryFolder.with { folder in
      try await RunningProgram.run(
        [
          "suite", "--server", server.trimmingCharacters(in: ["'"]), "--rounds", "1",
          "--duration", "1s", "--warmup", "10ms", "--output", "\(folder.path)/out",
        ])
    }
  }

  @Test func `two servers of the same name are refused`() async throws {
    try await TemporaryFolder.with { folder in
      let ending = try await RunningProgram.run([
        "suite", "--preset", "quick", "--server", "threads=serve {port}", "--output",
        folder.path + "/out",
      ])
      #expect(ending.status == 1)
      #expect(
        ending.errors.contains("two servers are called 'threads': give '--server' another name"))
      #expect(folder.names == [])
    }
  }

  @Test func `a folder with a suite is not begun again unless told to`() async throws {
    try await TemporaryFolder.with { folder in
      try folder.write(Self.tiny, to: "tiny.yaml")
      let arguments = [
        "suite", "--config", "tiny.yaml", "--output", "out", "--rounds", "1",
        "--duration", "200ms",
      ]
      // 3 on a machine so busy that a window passes without a message.
      let first = try await RunningProgram.run(arguments, in: folder.path)
      #expect([0, 3].contains(first.status), "\(first.errors)")
      let again = try await RunningProgram.run(arguments, in: folder.path)
      #expect(again.status == 1)
      #expect(
        again.errors.contains(
          "out already holds a suite. Go on with it (--resume), replace it (--overwrite), or choose"
            + " another folder (--output)."))
      let over = try await RunningProgram.run(arguments + ["--overwrite"], in: folder.path)
      #expect([0, 3].contains(over.status), "\(over.errors)")
    }
  }

  @Test(arguments: [
    (["--rounds", "3"], "'--rounds' must be 2 with '--resume', as in out, got 3."),
    (["--duration", "2s"], "'--duration' must be 1s with '--resume', as in out, got 2s."),
    (["--warmup", "0"], "'--warmup' must be 10ms with '--resume', as in out, got 0s."),
    (["--seed", "8"], "'--seed' must be 7 with '--resume', as in out, got 8."),
    (
      ["--server", "more=serve {port}"],
      "'--resume' goes on with the suite in out, which is another one than '--preset', '--config' and"
    ),
  ])
  func `a suite is not gone on with by another plan`(options: [String], message: String)
    async throws
  {
    try await TemporaryFolder.with { folder in
      try folder.write(Self.tiny, to: "tiny.yaml")
      let out = folder.path + "/out"
      let plan = Plan(try SuiteFile.read(path: folder.path + "/tiny.yaml"), seed: 7)
      _ = try TrialLog.create(out, plan: plan, machine: await Machine.current())
      let ending = try await RunningProgram.run(
        ["suite", "--resume", "--config", "tiny.yaml", "--output", "out"] + options,
        in: folder.path)
      #expect(ending.status == 64, "\(ending.errors)")
      #expect(ending.errors.contains("Error: \(message)"), "\(ending.errors)")
      #expect(ending.errors.contains("Usage: echobench suite "))
    }
  }

  @Test func `a suite goes on with the options that it was begun with`() async throws {
    try await TemporaryFolder.with { folder in
      try folder.write(Self.tiny, to: "tiny.yaml")
      let arguments = [
        "suite", "--config", "tiny.yaml", "--output", "out", "--rounds", "1", "--duration", "200ms",
        "--seed", "7",
      ]
      let first = try await RunningProgram.run(arguments, in: folder.path)
      #expect([0, 3].contains(first.status), "\(first.errors)")
      let again = try await RunningProgram.run(arguments + ["--resume"], in: folder.path)
      #expect([0, 3].contains(again.status), "\(again.errors)")
      #expect(again.output == first.output)
    }
  }

  @Test func `a suite file that is wrong is told with its line`() async throws {
    try await TemporaryFolder.with { folder in
      try folder.write("name: a\nsizes: [64kB]\nservers: [{backend: threads}]", to: "a.yaml")
      let ending = try await RunningProgram.run(["suite", "--config", "a.yaml"], in: folder.path)
      #expect(ending.status == 1)
      #expect(ending.errors.contains("a.yaml:2: 'sizes' must not be in kB"))
    }
  }

  @Test(.enabled(if: BuildConfiguration.current == .debug))
  func `a debug build writes no results`() async throws {
    try await TemporaryFolder.with { folder in
      let ending = try await RunningProgram.run(["suite", "--preset", "quick"], in: folder.path)
      #expect(ending.status == 1)
      #expect(
        ending.errors.contains(
          "a debug build writes no results: build with -c release, or choose another --output"))
      #expect(folder.names == [])
    }
  }

  @Test(arguments: Preset.all)
  func `a preset that is shown is a suite file`(preset: Preset) async throws {
    try await TemporaryFolder.with { folder in
      let ending = try await RunningProgram.run(["suite", "--show-preset", preset.name])
      #expect(ending.status == 0)
      try folder.write(ending.output, to: "preset.yaml")
      #expect(
        try SuiteFile.read(path: folder.path + "/preset.yaml") == preset.suiteFile())
    }
  }

  @Test func `a report of a folder without a suite says what is missing`() async throws {
    try await TemporaryFolder.with { folder in
      let ending = try await RunningProgram.run(["report", folder.path])
      #expect(ending.status == 1)
      #expect(ending.errors.contains("holds no suite: plan.json is missing. Is the path right?"))
    }
  }

  @Test func `the simulated suite is what the schemas say`() async throws {
    let fixture = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "EchoSuiteTests/Fixtures/simulated").path()
    let folder = TemporaryFolder(path: fixture)
    for file in ["plan.json", "machine.json"] {
      try expectValid(try JSONValue(parsing: folder.read(file)), file)
    }
    for trial in folder.read("trials.jsonl").split(separator: "\n") {
      try expectValid(try JSONValue(parsing: trial), "trials.jsonl")
    }
    let report = try await RunningProgram.run(["report", fixture, "--format", "json"])
    try expectValid(try JSONValue(parsing: report.output), "report.json")
  }
}
