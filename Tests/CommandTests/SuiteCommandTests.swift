import EchoSuite
import Foundation
import Testing

/// A suite of two short rounds, in a temporary folder.
@Suite(.serialized, .takingTurns, .timeLimit(.minutes(2)))
struct SuiteCommandTests {
  @Test func `a suite leaves its files, and the report is made from them alone`() async throws {
    try await TemporaryFolder.with { folder in
      try folder.write(TinySuite.file, to: "tiny.yaml")
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
    }
  }

  /// Every document of a folder against its schema.
  private func checkSchemas(_ out: TemporaryFolder) throws {
    for file in ["plan.json", "machine.json", "report.json"] {
      try expectValid(try JSONValue(parsing: out.read(file)), file)
    }
    #expect(try JSONValue(parsing: out.read("machine.json"))["floor"]?["system_call"]?["ns"] != nil)
    // Three servers and the twin of the first, in two rounds; disturbed ones more than once.
    #expect(try checkTrials(of: out) >= 8)
  }

  @Test func `a suite sweeps transports, and compares within each`() async throws {
    try await TemporaryFolder.with { folder in
      try folder.write(
        """
        {name: transports, rounds: 1, duration: 100ms, warmup: 10ms, workers: 1, twin: false,
        transports: [tcp, tcp6, unix],
        servers: [{backend: epoll}, {backend: epoll, name: slow, nodelay: on, send_buffer: 32k}]}
        """, to: "transports.yaml")
      let suite = try await RunningProgram.run(
        ["suite", "--config", "transports.yaml", "--output", "out"], in: folder.path)
      #expect(suite.status == 0, "\(suite.errors)")
      let out = TemporaryFolder(path: folder.path + "/out")
      for file in ["plan.json", "report.json"] {
        try expectValid(try JSONValue(parsing: out.read(file)), file)
      }
      #expect(try checkTrials(of: out) >= 6)
      let names = ["tcp", "tcp6", "unix"]
      let measured = names.filter { name in
        suite.output.split(separator: "\n").contains {
          $0.hasPrefix("| slow   |") && $0.contains(" \(name) |") && !$0.contains("unavailable")
        }
      }
      // A machine may have no IPv6.
      #expect(measured == names || measured == ["tcp", "unix"], "\(suite.output)")
      let comparisons = suite.output.split(separator: "\n").filter {
        $0.contains("| slow (64 KiB) | epoll (64 KiB) |")
      }
      #expect(comparisons.count == measured.count)
    }
  }

  @Test func `a suite counts what a message costs, and the report says so`() async throws {
    try await TemporaryFolder.with { folder in
      try folder.write(TinySuite.file, to: "tiny.yaml")
      let arguments = [
        "suite", "--config", "tiny.yaml", "--output", "out", "--rounds", "1", "--duration",
        "200ms", "--anatomy",
      ]
      // 3 on a machine so busy that a window passes without a message.
      let suite = try await RunningProgram.run(arguments, in: folder.path)
      #expect([0, 3].contains(suite.status), "\(suite.errors)")
      #expect(suite.errors.contains(" and 3 counts of what a message costs, about "))
      #expect(suite.output.contains("\n<summary>What a message costs</summary>\n"))
      #expect(suite.output.contains("\n- absent: "), "\(suite.output)")
      let out = TemporaryFolder(path: folder.path + "/out")
      let lines = out.read("anatomy.jsonl").split(separator: "\n")
      #expect(lines.count == 3)
      for line in lines { try expectValid(try JSONValue(parsing: line), "anatomy.jsonl") }
      for file in ["plan.json", "report.json"] {
        try expectValid(try JSONValue(parsing: out.read(file)), file)
      }
      let again = try await RunningProgram.run(["report", out.path])
      #expect(again.output == suite.output)
      let other = try await RunningProgram.run(
        ["suite", "--resume", "--output", "out", "--no-anatomy"], in: folder.path)
      #expect(other.status == 64)
      #expect(other.errors.contains("'--anatomy' must be given with '--resume', as in out."))
    }
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
      try await RunningProgram.run(runningServer(server, for: "100ms", into: folder))
    }
  }

  private func runningServer(
    _ server: String, for duration: String, into folder: TemporaryFolder
  ) -> [String] {
    [
      "suite", "--server", server.trimmingCharacters(in: ["'"]), "--rounds", "1", "--duration",
      duration, "--warmup", "10ms", "--output", "\(folder.path)/out",
    ]
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

  @Test func `what a suite is going to do is said before it does it`() async throws {
    try await TemporaryFolder.with { folder in
      let server = "mine=\(RunningProgram.path) server --backend dispatch --address {address}"
      let arguments = runningServer(server, for: "1s", into: folder)
      try await RunningProgram.with(arguments) { suite in
        try await eventually { suite.errors.contains("echobench: ") || !suite.isRunning }
        suite.signal(SIGINT)
        let ending = try await suite.end()
        #expect(ending.status == 130)
        // Four loads and the twin: a second each, 10 ms of warm-up, and what is beside them.
        #expect(ending.errors.contains("echobench: 5 trials, about 6s, seed "), "\(ending.errors)")
        #expect(!ending.errors.contains("\u{1b}"))
      }
    }
  }

  @Test func `rates may be parts of what the slowest server reaches, found first`() async throws {
    try await TemporaryFolder.with { folder in
      try folder.write(
        """
        name: parts
        rounds: 1
        duration: 50ms
        warmup: 10ms
        workers: 1
        rates: [10%, 40%]
        twin: false
        servers:
          - backend: epoll
          - {name: absent, command: "/nonexistent/server --listen {address}"}
        """, to: "parts.yaml")
      let arguments = ["suite", "--config", "parts.yaml", "--output", "out", "--seed", "7"]
      let first = try await RunningProgram.run(arguments, in: folder.path)
      #expect(first.status == 0, "\(first.errors)")
      #expect(first.errors.contains("echobench: pilot: 6 trials of 300ms in a closed loop say"))
      #expect(first.errors.contains("echobench: pilot: absent is left out under 1000 B, "))
      #expect(first.errors.contains("echobench: pilot: epoll reaches "))
      #expect(first.output.contains("that `epoll` reached in a closed loop"))
      let out = TemporaryFolder(path: folder.path + "/out")
      for file in ["plan.json", "report.json"] {
        try expectValid(try JSONValue(parsing: out.read(file)), file)
      }
      #expect(try checkTrials(of: out) >= 2)
      // The plan has the rates; nothing is found anew.
      let again = try await RunningProgram.run(arguments + ["--resume"], in: folder.path)
      #expect(again.status == 0, "\(again.errors)")
      #expect(!again.errors.contains("pilot: ") && again.output == first.output)
      let occupied = try await RunningProgram.run(arguments, in: folder.path)
      #expect(occupied.status == 1 && occupied.errors.contains("already holds a suite"))
      #expect(!occupied.errors.contains("pilot: "))
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
}
