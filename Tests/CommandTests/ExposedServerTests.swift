import EchoIO
import Foundation
import Testing

/// A server that others than this machine may reach, and its limits.
@Suite(.serialized, .takingTurns, .timeLimit(.minutes(1)))
struct ExposedServerTests {
  @Test(arguments: ["0.0.0.0:0", "[::]:0", "[::ffff:0.0.0.0]:0"])
  func `an address that others may reach is told, and served`(address: String) async throws {
    try await RunningProgram.with(["server", "--address", address]) { server in
      let words = try await server.line().split(separator: " ")
      let port = try #require(words[2].split(separator: ":").last)
      let client = try await RunningProgram.run([
        "client", "127.0.0.1:\(port)", "--workers", "1", "--messages", "1", "--warmup", "0",
      ])
      #expect(client.status == 0, "\(client.errors)")
      server.signal(SIGTERM)
      let ending = try await server.end()
      #expect(ending.status == 0)
      let warnings = ending.errors.split(separator: "\n").filter {
        $0.contains(" is not of this machine alone, ")
      }
      #expect(
        warnings == [
          "echobench: warning: \(words[2]) is not of this machine alone, and whoever reaches it can use"
            + " its CPU time, memory and network: limit that with --max-connections and"
            + " --idle-timeout, or listen on 127.0.0.1."
        ])
    }
  }

  @Test func `an address of this machine alone is not`() async throws {
    try await TemporaryFolder.with { folder in
      for address in ["127.0.0.1:0", "[::1]:0", "localhost:0", "unix:\(folder.path)/echo"] {
        try await RunningProgram.with(["server", "--address", address]) { server in
          _ = try await server.line()
          server.signal(SIGTERM)
          let ending = try await server.end()
          #expect(ending.status == 0)
          #expect(!ending.errors.contains("this machine alone"), "\(address)")
        }
      }
    }
  }

  @Test(arguments: Backends.all.filter { $0.unavailability == nil }.map { $0.name })
  func `limits are told, held and counted`(backend: String) async throws {
    let arguments = [
      "server", "--backend", backend, "--threads", "3", "--address", "127.0.0.1:0", "--format",
      "json", "--max-connections", "2", "--idle-timeout", "20s",
    ]
    try await RunningProgram.with(arguments) { server in
      let listening = try JSONValue(parsing: try await server.line())
      #expect(listening["max_connections"] == .number(2))
      #expect(listening["idle_timeout_ns"] == .number(20e9))
      let address = try #require(listening["address"]?.string)
      let client = ["client", address, "--messages", "20", "--warmup", "0", "--workers"]
      // Where two have ended before the server looks, nobody is one too many.
      while try await RunningProgram.run(client + ["3"]).status != 3 {}
      // Its connections are gone when it has ended, and may not be closed yet.
      while try await RunningProgram.run(client + ["2"]).status != 0 {}
      server.signal(SIGTERM)
      let ending = try await server.end()
      let lines = try ending.output.split(separator: "\n").map { try JSONValue(parsing: $0) }
      let schema = try Schema(named: "echobench-server/1")
      for line in lines { #expect(schema.complaints(about: line) == []) }
      let limits = try #require(lines.last?["limits"])
      #expect(try #require(limits["turned_away"]?.number) >= 1)
      #expect(limits["timed_out"] == .number(0))
    }
  }

  @Test func `a person is told of limits, too`() async throws {
    let arguments = ["server", "--address", "127.0.0.1:0", "--idle-timeout", "1m"]
    try await RunningProgram.with(arguments + ["--max-connections", "1k"]) { server in
      let line = try await server.line()
      #expect(
        line.hasSuffix(
          " (epoll, 1 thread, 64 KiB buffer, at most 1000 connections, each silent for at most 1m)")
      )
      server.signal(SIGTERM)
      #expect(try await server.end().errors.hasSuffix(", 0 turned away, 0 timed out\n"))
    }
  }
}
