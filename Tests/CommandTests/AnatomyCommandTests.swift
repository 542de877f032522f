import Foundation
import Testing

/// `anatomy` with servers of ours, in processes.
@Suite(.serialized, .takingTurns, .timeLimit(.minutes(2)))
struct AnatomyCommandTests {
  private static let short = ["--duration", "100ms", "--workers", "2"]
  private static let serving = "server --backend threads --address {address}"
  private static let threads = ["anatomy", "--backend", "threads"] + short

  @Test func `the document is what its schema says`() async throws {
    let ending = try await RunningProgram.run(Self.threads + ["--format", "json"])
    #expect(ending.status == 0, "\(ending.errors)")
    let document = try JSONValue(parsing: ending.output)
    #expect(document["schema"] == .string("echobench-anatomy/1"))
    try expectValid(document, "anatomy")
    #expect(document["outcome"]?["ran"] != nil)
    let anatomy = try #require(document["anatomy"])
    #expect((anatomy["calls"] == nil) == (anatomy["unavailable"]?["calls"] != nil))
  }

  @Test func `a command is counted like a backend, and its own words are no part of the report`()
    async throws
  {
    let server = "echo hello; exec '\(RunningProgram.path)' \(Self.serving)"
    let ending = try await RunningProgram.run(["anatomy", "--server", server] + Self.short)
    #expect(ending.status == 0, "\(ending.errors)")
    #expect(ending.output.hasPrefix("server        echo\n"), "\(ending.output)")
    #expect(!ending.output.contains("hello"))
    #expect(ending.output.contains("instructions: counted for the backends of this program only"))
  }

  @Test func `where somebody traces already there are no calls, with the reason`() async throws {
    try await TemporaryFolder.with { folder in
      let table = "\(folder.path)/table"
      try Data(count: 1 << 16).write(to: URL(filePath: table))
      let ending = try await RunningProgram.run(
        ["trace", table, RunningProgram.path] + Self.threads + ["--format", "json"])
      // Of a machine that lets nobody trace, this says nothing.
      guard ending.status != 69 else { return }
      #expect(ending.status == 0, "\(ending.errors)")
      let document = try JSONValue(parsing: ending.output)
      try expectValid(document, "anatomy")
      #expect(document["anatomy"]?["calls"] == nil && document["messages"] == nil)
      let reason = try #require(document["anatomy"]?["unavailable"]?["calls"]?.string)
      #expect(reason.hasPrefix("ptrace: Operation not permitted. System calls are counted by"))
    }
  }

  @Test func `with its supervisor a tracer ends, and what it traces`() async throws {
    try await TemporaryFolder.with { folder in
      let table = "\(folder.path)/table"
      try Data(count: 1 << 16).write(to: URL(filePath: table))
      let seconds = "\(800_000 + Int.random(in: 0..<200_000))"
      let input = Pipe()
      try await RunningProgram.with(
        ["supervise", RunningProgram.path, "trace", table, "/bin/sleep", seconds],
        input: input.fileHandleForReading
      ) { supervisor in
        // The three have its words.
        try await eventually(every: processListing) {
          runningProcesses(mentioning: seconds).count == 3 || !supervisor.isRunning
        }
        // Of a machine that lets nobody trace, this says nothing.
        guard supervisor.isRunning else { return }
        supervisor.signal(SIGKILL)
        try await eventually(every: processListing) {
          runningProcesses(mentioning: seconds).isEmpty
        }
      }
      try input.fileHandleForWriting.close()
    }
  }

  @Test(.enabled(if: getuid() == 0 && access("/usr/bin/setpriv", X_OK) == 0))
  func `an ordinary user counts what belongs to himself`() async throws {
    // Who may do nothing but what every user may.
    let user = ["--reuid", "65534", "--regid", "65534", "--clear-groups", "--no-new-privs"]
    let setpriv = "/usr/bin/setpriv"
    let path = RunningProgram.path
    let canRun = try await RunningProgram.with(user + [path, "--version"], program: setpriv) {
      try await $0.end().status == 0
    }
    // The folder of this build may be closed to him.
    guard canRun else { return }
    let ending = try await RunningProgram.with(
      user + [path] + Self.threads + ["--format", "json"], program: setpriv
    ) { try await $0.end() }
    #expect(ending.status == 0, "\(ending.errors)")
    let document = try JSONValue(parsing: ending.output)
    try expectValid(document, "anatomy")
    let anatomy = try #require(document["anatomy"])
    // Whether he may trace is up to the machine.
    #expect((anatomy["calls"] == nil) == (anatomy["unavailable"]?["calls"] != nil))
    #expect((anatomy["voluntary_switches"] == nil) == (anatomy["unavailable"]?["switches"] != nil))
  }

  @Test func `a server that does not run is told, and is an error`() async throws {
    for format in ["text", "json", "markdown"] {
      let ending = try await RunningProgram.run(
        ["anatomy", "--server", "exec /nowhere/at-all {port}", "--format", format] + Self.short)
      #expect(ending.status == 1)
      #expect(ending.output.contains("/nowhere/at-all"), "\(ending.output)")
      if format == "json" { try expectValid(try JSONValue(parsing: ending.output), format) }
    }
  }

  @Test func `a signal ends it, and leaves no server`() async throws {
    try await TemporaryFolder.with { folder in
      let ids = "\(folder.path)/ids"
      let server = "echo $$ > '\(ids)'; exec '\(RunningProgram.path)' \(Self.serving)"
      try await RunningProgram.with(
        ["anatomy", "--server", server, "--duration", "60s"]
      ) { program in
        try await eventually { Int32(folder.read("ids").dropLast()) != nil }
        let id = try #require(Int32(folder.read("ids").dropLast()))
        program.signal(SIGINT)
        let ending = try await program.end()
        #expect(ending.status == 130, "\(ending.errors)")
        #expect(ending.output == "")
        try await eventually { kill(id, 0) != 0 }
      }
    }
  }

  @Test(arguments: [
    ([], "Give '--backend' or '--server': one of them is counted."),
    (["--backend", "threads", "--server", "a {port}"], "Give '--backend' or '--server'"),
    (["--server", "a"], "'--server' is not usable: the command must have {address} or {port}"),
    (["--server", "a {port} {buffer_size}"], "'--server' must have its buffer size in it"),
    (["--server", "a {port}", "--threads", "2"], "'--threads' is for backends"),
    (["--backend", "threads", "--duration", "1ms"], "'--duration' must be at least 10ms"),
    (["--backend", "threads", "--size", "0"], "'--size' must be a whole number of bytes"),
  ])
  func `bad input is told in words`(arguments: [String], message: String) async throws {
    let ending = try await RunningProgram.run(["anatomy"] + arguments)
    #expect(ending.status == 64)
    #expect(ending.errors.contains(message), "\(ending.errors)")
  }
}
