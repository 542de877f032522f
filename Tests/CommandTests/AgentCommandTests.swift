import EchoIO
import Foundation
import Testing

/// The agent by itself: what it says to whom, line by line.
@Suite(.serialized, .takingTurns, .timeLimit(.minutes(1)))
struct AgentCommandTests {
  private static var schema: Schema { get throws { try Schema(named: "echobench-agent/1") } }

  /// Says a line to an agent, which the schema has to allow.
  private static func say(_ line: String, _ pipe: Pipe) throws {
    let complaints = try schema.complaints(about: try JSONValue(parsing: line))
    #expect(complaints == [], "\(line)")
    try pipe.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8))
  }

  /// The lines so far that are whole.
  private static func lines(_ agent: RunningProgram) -> [JSONValue] {
    agent.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .compactMap { try? JSONValue(parsing: $0) }
  }

  /// Waits for a line with a member.
  private static func event(_ name: String, _ agent: RunningProgram) async throws -> JSONValue {
    try await eventually { lines(agent).contains { $0[name] != nil } || !agent.isRunning }
    return try #require(lines(agent).last { $0[name] != nil }?[name], "\(agent.errors)")
  }

  private static let server =
    #"{"name": "epoll", "kind": {"backend": {"name": "epoll"}}, "buffer_bytes": 4096}"#

  @Test func `an agent serves and drives as it is told, and every line is what its schema says`()
    async throws
  {
    let (one, other) = (Pipe(), Pipe())
    try await RunningProgram.with(["agent"], input: one.fileHandleForReading) { serving in
      try await RunningProgram.with(["agent"], input: other.fileHandleForReading) { driving in
        try Self.say(#"{"clock": {"number": 7}}"#, one)
        #expect(try await Self.event("clock", serving)["number"]?.number == 7)
        let first = try #require(Self.lines(serving).first)
        #expect(first["schema"] == .string("echobench-agent/1"))
        try Self.say(
          #"{"serve": {"server": \#(Self.server), "transport": "tcp", "host": "127.0.0.1", "#
            + #""longest_start_ns": 10000000000}}"#, one)
        let address = try #require(
          try await Self.event("listening", serving)["address"]?.string)
        try Self.say(
          """
          {"drive": {"arguments": ["--address", "\(address)", "--duration", "1s", "--warmup", "50ms", \
          "--workers", "1", "--format", "json", "--start-at", "stdin", "--until-eof"]}}
          """, other)
        _ = try await Self.event("ready", driving)
        // Readings that are late by half of this are said to be unknown.
        let start = unixNow() + 300_000_000
        let end = start + 1_000_000_000
        try Self.say(
          #"{"observe": {"from_unix_ns": \#(start), "to_unix_ns": \#(end)}}"#, one)
        try Self.say(#"{"go": {"at_unix_ns": \#(start)}}"#, other)
        let reported = try await Self.event("reported", driving)
        #expect(reported["status"]?.number == 0, "\(reported)")
        let report = try JSONValue(parsing: try #require(reported["output"]?.string))
        #expect(report["valid"] == .bool(true))
        let usage = try #require(try await Self.event("observed", serving)["usage"])
        #expect(try #require(usage["server"]?["cpu_ns"]?.number) > 0)
        try Self.say(#"{"stop": {}}"#, one)
        let stopped = try await Self.event("stopped", serving)
        #expect(stopped["server"]?["counters"]?["connections"]?.number == 1)
        for line in Self.lines(serving) + Self.lines(driving) {
          #expect(try Self.schema.complaints(about: line) == [], "\(line)")
        }
        for pipe in [one, other] { try pipe.fileHandleForWriting.close() }
        #expect(try await serving.end().status == 0)
        #expect(try await driving.end().status == 0)
      }
    }
  }

  @Test func `a client that is told to begin ends with its input`() async throws {
    try await withServer { address in
      let pipe = Pipe()
      let arguments = [
        "client", "--address", address, "--duration", "600s", "--start-at", "stdin",
        "--until-eof", "--workers", "1", "--format", "json",
      ]
      try await RunningProgram.with(arguments, input: pipe.fileHandleForReading) { client in
        try await eventually { client.errors.contains("ready") || !client.isRunning }
        try pipe.fileHandleForWriting.write(contentsOf: Data("go\n".utf8))
        try pipe.fileHandleForWriting.close()
        let report = try JSONValue(parsing: try await client.end().output)
        #expect(report["partial"] == .bool(true), "\(report)")
      }
    }
  }

  @Test(arguments: [
    ("Welcome", "not a request"), (#"{"stop": {}, "go": {}}"#, "not a request"),
    (#"{"go": {"at_unix_ns": 1}}"#, "nothing runs that this is about"),
    (String(repeating: "x", count: (2 << 20) + 1), "a request has more than 2 MiB"),
  ])
  func `what is no request ends it in a sentence`(line: String, words: String) async throws {
    let pipe = Pipe()
    try await RunningProgram.with(["agent"], input: pipe.fileHandleForReading) { agent in
      try pipe.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8))
      let ending = try await agent.end()
      #expect(ending.status == 1 && ending.errors.contains("Error: \(words)"), "\(ending.errors)")
    }
  }

  @Test func `an agent ends with its input, with what it has started`() async throws {
    let pipe = Pipe()
    try await RunningProgram.with(["agent"], input: pipe.fileHandleForReading) { agent in
      let mark = "\(Int.random(in: 100_000..<900_000))"
      let server = #"{"name": "x", "kind": {"command": {"line": "sleep \#(mark) # {port}"}}}"#
      try Self.say(
        #"{"serve": {"server": \#(server), "transport": "tcp", "host": "127.0.0.1", "#
          + #""longest_start_ns": 600000000000}}"#, pipe)
      try await eventually(every: processListing) {
        !runningProcesses(mentioning: "sleep\0\(mark)").isEmpty || !agent.isRunning
      }
      try pipe.fileHandleForWriting.close()
      #expect(try await agent.end().status == 0)
      try await eventually(every: processListing) {
        runningProcesses(mentioning: mark).isEmpty
      }
    }
  }
}
