import EchoIO
import Foundation
import Testing

@Suite(.serialized, .takingTurns, .timeLimit(.minutes(1)))
struct ServerCommandTests {
  @Test(arguments: [SIGTERM, SIGINT])
  func `a server says once that it is ready, and stops with its counters`(signal: Int32)
    async throws
  {
    let arguments = ["server", "--backend", "dispatch", "--address", "127.0.0.1:0"]
    try await RunningProgram.with(arguments) { server in
      let line = try await server.line()
      #expect(line.hasPrefix("listening on 127.0.0.1:"))
      #expect(line.hasSuffix(" (dispatch, 1 thread, 64 KiB buffer)"))
      server.signal(signal)
      let ending = try await server.end()
      #expect(ending.status == 0)
      #expect(ending.output == line + "\n")
      let last = ending.errors.split(separator: "\n").last
      #expect(
        last?.hasPrefix(
          "echobench: stopped: 0 connections, 0 bytes in, 0 bytes out, 0 reads, 0 writes, CPU ")
          == true)
    }
  }

  @Test(arguments: Backends.all.filter { $0.unavailability == nil }.map { $0.name })
  func `a server's lines of JSON are what their schema says`(backend: String) async throws {
    let arguments = [
      "server", "--backend", backend, "--address", "127.0.0.1:0", "--format", "json",
      "--threads", "2", "--buffer-size", "4k",
    ]
    try await RunningProgram.with(arguments) { server in
      let listening = try JSONValue(parsing: try await server.line())
      let address = try #require(listening["address"]?.string)
      #expect(listening["backend"] == .string(backend))
      #expect(listening["threads"] == .number(2))
      #expect(listening["buffer_bytes"] == .number(4096))
      #expect(listening["pid"] == .number(Double(server.id)))
      let client = try await RunningProgram.run([
        "client", "--address", address, "--workers", "2", "--messages", "50", "--warmup", "0",
        "--format", "json",
      ])
      let sent = try JSONValue(parsing: client.output)["lifetime"]?["bytes_sent"]

      server.signal(SIGTERM)
      let ending = try await server.end()
      let lines = try ending.output.split(separator: "\n").map { try JSONValue(parsing: $0) }
      #expect(lines.compactMap { $0["event"]?.string } == ["listening", "stopped"])
      let schema = try Schema(named: "echobench-server/1")
      for line in lines { #expect(schema.complaints(about: line) == []) }
      let counters = try #require(lines.last?["counters"])
      #expect(counters["connections"] == .number(2))
      #expect(counters["bytes_in"] == sent && counters["bytes_out"] == sent)
    }
  }

  @Test func `what is asked of sockets is told, and what the kernel gives, on both sides`()
    async throws
  {
    let options = ["--nodelay", "off", "--send-buffer", "32k", "--receive-buffer", "48k"]
    let given = try JSONValue(
      parsing:
        #"{"nodelay": false, "send_buffer_bytes": 65536, "receive_buffer_bytes": 98304}"#)
    let arguments = [
      "server", "--backend", "epoll", "--address", "127.0.0.1:0", "--format", "json",
    ]
    try await RunningProgram.with(arguments + options) { server in
      let listening = try JSONValue(parsing: try await server.line())
      #expect(try Schema(named: "echobench-server/1").complaints(about: listening) == [])
      #expect(
        try listening["sockets_asked"]
          == JSONValue(
            parsing:
              #"{"nodelay": false, "send_buffer_bytes": 32768, "receive_buffer_bytes": 49152}"#))
      #expect(listening["sockets"] == given)
      let address = try #require(listening["address"]?.string)
      let client = ["client", "--address", address, "--messages", "10", "--warmup", "0"]
      let document = try await RunningProgram.run(client + options + ["--format", "json"])
      let report = try JSONValue(parsing: document.output)
      #expect(try Schema(named: "echobench-client/1").complaints(about: report) == [])
      #expect(report["sockets"] == given)
      #expect(report["workload"]?["send_buffer_bytes"] == .number(32768))
      let text = try await RunningProgram.run(client + ["--receive-buffer", "48k"])
      #expect(
        text.output.contains("\nsockets      receive buffer 48 KiB asked for, 96 KiB given\n"))
      let plain = try await RunningProgram.run(client)
      #expect(!plain.output.contains("\nsockets "))
    }
  }

  @Test func `a person is told, too`() async throws {
    let arguments = [
      "server", "--backend", "epoll", "--address", "127.0.0.1:0", "--nodelay", "off",
      "--send-buffer", "32k",
    ]
    try await RunningProgram.with(arguments) { server in
      let line = try await server.line()
      #expect(
        line.hasSuffix(
          " (epoll, 1 thread, 64 KiB buffer, nodelay off, send buffer 32 KiB asked for, 64 KiB"
            + " given)"))
    }
  }

  @Test(arguments: Backends.all.filter { $0.unavailability == nil }.map { $0.name })
  func `a server that is to stops when its standard input ends`(backend: String) async throws {
    let arguments = [
      "server", "--backend", backend, "--address", "127.0.0.1:0", "--threads", "2", "--until-eof",
    ]
    let pipe = Pipe()
    // A program that another test starts meanwhile is not to keep it open.
    _ = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
    try await RunningProgram.with(arguments, input: pipe.fileHandleForReading) { server in
      let words = try await server.line().split(separator: " ")
      try pipe.fileHandleForWriting.write(contentsOf: Data("not the end\n".utf8))
      let client = try await RunningProgram.run([
        "client", "--address", String(words[2]), "--workers", "1", "--messages", "10", "--warmup",
        "0",
      ])
      #expect(client.status == 0, "\(client.errors)")
      try pipe.fileHandleForWriting.close()
      let ending = try await server.end()
      #expect(ending.status == 0)
      #expect(ending.errors.contains("stopped: 1 connections, "))
    }
  }

  @Test func `an address in use is told with its remedy`() async throws {
    try await withServer { address in
      let ending = try await RunningProgram.run([
        "server", "--backend", "threads", "--address", address,
      ])
      #expect(ending.status == 1)
      #expect(ending.output == "")
      #expect(
        ending.errors.contains(
          "bind \(address): Address already in use. Choose another with --address, or port 0 for"
            + " any."))
    }
  }

  @Test func `a unix socket is gone when its server is`() async throws {
    try await TemporaryFolder.with { folder in
      let address = "unix:\(folder.path)/echo"
      let arguments = ["server", "--backend", "dispatch", "--address", address]
      try await RunningProgram.with(arguments) { server in
        let line = try await server.line()
        #expect(line.hasPrefix("listening on \(address) (dispatch, "))
        #expect(folder.names == ["echo"])
        let client = try await RunningProgram.run([
          "client", "--address", address, "--messages", "10", "--warmup", "0",
        ])
        #expect(client.status == 0, "\(client.errors)")
        server.signal(SIGTERM)
        #expect(try await server.end().status == 0)
        #expect(folder.names == [])
      }
    }
  }

  @Test func `a server of no backend that there is, is a usage error`() async throws {
    let ending = try await RunningProgram.run(["server", "--backend", "none"])
    #expect(ending.status == 64)
    #expect(ending.output == "")
    #expect(ending.errors.contains("--backend"))
  }

  @Test func `the backends are listed with what they are`() async throws {
    let ending = try await RunningProgram.run(["backends"])
    #expect(ending.status == 0)
    let lines = ending.output.split(separator: "\n")
    #expect(lines.count == 2 * Backends.all.count)
    for (index, backend) in Backends.all.enumerated() {
      #expect(lines[2 * index].hasPrefix(backend.name))
      #expect(lines[2 * index].contains(backend.unavailability ?? "  available"))
      #expect(lines[2 * index + 1].contains(backend.summary))
    }
  }

  @Test func `the list of backends is a document, too`() async throws {
    let ending = try await RunningProgram.run(["backends", "--format", "json"])
    #expect(ending.status == 0)
    let document = try JSONValue(parsing: ending.output)
    #expect(try Schema(named: "echobench-backends/1").complaints(about: document) == [])
    guard case .array(let entries) = try #require(document["backends"]) else {
      Issue.record("no list: \(ending.output)")
      return
    }
    #expect(entries.map { $0["name"]?.string } == Backends.all.map { $0.name })
    for (entry, backend) in zip(entries, Backends.all) {
      #expect(entry["unavailability"]?.string == backend.unavailability)
      #expect(entry["idle_connection_bytes"] == .number(Double(backend.idleConnectionBytes)))
      #expect(
        entry["unread_connection_bytes"]
          == .number(Double(backend.unreadConnectionBytes(bufferSize: 64 << 10))))
    }
  }
}
