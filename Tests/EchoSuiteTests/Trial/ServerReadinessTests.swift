import FoundationEssentials
import Glibc
import Testing

@testable import EchoIO
@testable import EchoSuite

/// When a command is ready, and what of it is measured.
extension ProcessExecutorTests {
  @Test(arguments: [
    "{server}", "exec {server}", "command {server}", "! {server}", "A=b {server}", "( {server} )",
    "true && {server}", "{server}; true",
  ])
  func `a command runs as it is, and its shell is no process of the server`(
    command: String
  ) async throws {
    let server = "{echobench} server --backend threads --address {address}"
    try await LittleServer.with(command.replacing("{server}", with: server)) { server in
      let measurement = try await server.run()
      let client = try #require(measurement.client, "\(reason(measurement) ?? "")")
      #expect(client.valid, "\(client.invalidReasons)")
      // On a machine that is too busy to observe it, the client says so.
      #expect(client.server?.processes == 1 || client.serverUnknown != nil)
    }
  }

  @Test(.enabled(if: python != nil))
  func `a server that accepts once is measured like any other`() async throws {
    let command = """
      \(Self.python ?? "python3") -c 'if True:
        import socket, sys
        with socket.create_server(("{host}", int(sys.argv[1]))) as listener:
          connection, _ = listener.accept()
        while data := connection.recv(65536):
          connection.sendall(data)
      ' {port}
      """
    try await LittleServer.with(command) { server in
      let measurement = try await server.run(load: Load(workers: 1))
      let client = try #require(measurement.client, "\(reason(measurement) ?? "")")
      #expect(client.valid, "\(client.invalidReasons)")
    }
  }

  @Test func `who listens where a server should is named`() async throws {
    let command = "echo {port} > {pids}; until test -e {pids}.go; do sleep 0.01; done; sleep 600"
    try await LittleServer.with(command, longestStart: .milliseconds(400)) { server in
      let work = Task { try await server.run() }
      try await eventually { !server.processes.isEmpty }
      let port = try #require(server.processes.first.flatMap { UInt16(exactly: $0) })
      let other = try Socket.listening(on: .internet(host: "127.0.0.1", port: port))
      try server.tell()
      let said = try #require(reason(try await work.value))
      #expect(said.hasPrefix("'little' did not listen on 127.0.0.1:\(port) within 400ms: process "))
      #expect(said.contains(" \(getpid()) (") && said.hasSuffix("which is none of its own"))
      _ = consume other
    }
  }

  @Test func `a server whose command has left it behind is told to stay`() async throws {
    let command = """
      (setsid {echobench} server --backend threads --address {address} & echo $! > {pids})
      exec sleep 600
      """
    try await LittleServer.with(command) { server in
      let outcome = try await server.run().outcome
      #expect(
        outcome
          == .failed(
            reason: "'little' listens in a process that is no longer below its command;"
              + " its command has to stay in the foreground"))
      #expect(server.processes.count == 1)
      try await eventually { !server.processes.contains { isAlive($0) } }
    }
  }

  @Test func `a server that goes into the background at once is told to stay`() async throws {
    try await LittleServer.with("sleep 600 & echo $! > {pids}") { server in
      let outcome = try await server.run().outcome
      #expect(
        outcome
          == .failed(
            reason: "'little' ended before it listened;"
              + " its command has to stay in the foreground"))
      try await eventually { !server.processes.contains { isAlive($0) } }
    }
  }

  @Test func `a command that may not be executed has failed, and is not unavailable`() async throws
  {
    try await LittleServer.with("exec /etc/passwd {port}") { server in
      let measurement = try await server.run()
      guard case .failed(let reason) = measurement.outcome else {
        Issue.record("\(measurement.outcome)")
        return
      }
      #expect(reason.hasPrefix("'little' exited with status 126 before it listened: "))
    }
  }

  @Test func `what a server says comes without what would steer a terminal`() async throws {
    let command = #"printf 'a\033[31mred\033[0m\007 bell\302\233 \342\200\256txt\n' >&2; exit 3"#
    try await LittleServer.with(command) { server in
      let outcome = try await server.run().outcome
      #expect(
        outcome
          == .failed(
            reason: "'little' exited with status 3 before it listened:"
              + " ared\u{fffd} bell\u{fffd} \u{fffd}txt"))
    }
  }

  @Test(.enabled(if: python != nil))
  func `a server that sends wrong bytes is invalid, even when it ends after them`() async throws {
    let command = """
      \(Self.python ?? "python3") -c 'if True:
        import os, socket, sys
        listener = socket.create_server(("{host}", int(sys.argv[1])))
        connection, _ = listener.accept()
        connection.sendall(bytes(len(connection.recv(65536))))
        connection.recv(1)
        os._exit(3)
      ' {port}
      """
    try await LittleServer.with(command) { server in
      let measurement = try await server.run(load: Load(workers: 1))
      #expect(measurement.outcome == .ran, "\(measurement.outcome)")
      #expect(measurement.client?.counts.errors["mismatch"] == 1)
    }
  }
}

/// What becomes of a client.
extension ProcessExecutorTests {
  @Test(arguments: [
    (SIGKILL, "the client was ended by signal 9 (SIGKILL)"),
    (SIGTERM, "the client was interrupted: it exited with status 143"),
  ])
  func `a client that is ended early has measured nothing`(
    signal: Int32, complaint: String
  ) async throws {
    let command = "echo $$ > {pids}; exec {echobench} server --backend threads --address {address}"
    try await LittleServer.with(command) { server in
      let work = Task { try await server.run(window: .seconds(600)) }
      try await eventually { server.processes.first.flatMap { client(observing: $0) } != nil }
      let id = try #require(server.processes.first.flatMap { client(observing: $0) })
      try await eventually { isLoading(id) }
      #expect(readProcFile("/proc/\(id)/comm") == "echobench\n")
      kill(id, signal)
      let measurement = try await work.value
      #expect(measurement.outcome == .failed(reason: complaint))
      #expect(measurement.client == nil && measurement.server == nil)
    }
  }

  /// Its workers run, so that it has come to handling signals.
  func isLoading(_ client: Int32) -> Bool {
    numericEntries("/proc/\(client)/task").count > 2
  }

  @Test func `each attempt's messages have a seed of their own`() async throws {
    let measurement = try await LittleServer.run(
      Server(name: "threads", kind: .backend(name: "threads")))
    let trial = Trial(scenario: 0, round: 1)
    #expect(measurement.client?.workload.seed == trial.seed(attempt: 1, of: 1))
  }
}

struct TrialSeedTests {
  @Test func `a seed is that of its suite, trial and attempt, and of no other`() {
    var seeds: Set<UInt64> = []
    for suite in 1...4 as ClosedRange<UInt64> {
      for scenario in 0..<4 {
        for round in 1...4 {
          for attempt in 1...3 {
            let trial = Trial(scenario: scenario, round: round)
            let seed = trial.seed(attempt: attempt, of: suite)
            #expect(seed == trial.seed(attempt: attempt, of: suite))
            #expect(seed < 1 << 53)
            seeds.insert(seed)
          }
        }
      }
    }
    #expect(seeds.count == 4 * 4 * 4 * 3)
  }
}
