import Testing

@testable import EchoIO
@testable import EchoSuite

/// Trials with real processes. One at a time: the processes to end with a second signal are kept
/// in one place for the whole program.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct ProcessExecutorTests {
  @Test(arguments: Backends.all.filter { $0.unavailability == nil }.map { $0.name })
  func `a backend serves, is measured and gives its counters`(backend: String) async throws {
    let measurement = try await LittleServer.run(
      Server(name: backend, kind: .backend(name: backend), bufferBytes: 4096))
    let client = try #require(measurement.client)
    #expect(measurement.outcome == .ran)
    #expect(client.valid, "\(client.invalidReasons)")
    #expect(client.server?.processes == 1)
    // Its threads were all there when they were read: the main one and two workers.
    #expect(client.client?.threads == 3)
    #expect((client.client?.busiestThreadNanoseconds ?? 0) > 1_000_000)
    let counters = try #require(measurement.server?.counters)
    #expect(counters.bytesIn == client.lifetime.bytesSent)
    #expect(counters.bytesOut == client.lifetime.bytesReceived)
    // The suite's own look whether it accepts is a connection, too.
    #expect(counters.connections >= 3)
  }

  @Test func `a backend may have another name in the suite`() async throws {
    let measurement = try await LittleServer.run(
      Server(name: "pool of three", kind: .backend(name: "threads"), threads: 3))
    #expect(measurement.client?.valid == true, "\(reason(measurement) ?? "")")
  }

  @Test func `a server that dies at once is quoted`() async throws {
    try await LittleServer.with("echo starting; echo 'no luck today' >&2; exit 3") { server in
      let measurement = try await server.run()
      #expect(
        measurement.outcome
          == .failed(
            reason: "'little' exited with status 3 before it listened: no luck today"))
      #expect(measurement.client == nil && measurement.server == nil)
    }
  }

  @Test func `a server that a signal ends says which`() async throws {
    try await LittleServer.with("kill -9 $$") { server in
      let outcome = try await server.run().outcome
      #expect(outcome == .failed(reason: "'little' was ended by signal 9 before it listened"))
    }
  }

  @Test func `a server that calls itself unavailable is quoted`() async throws {
    try await LittleServer.with("echo 'needs a moon' >&2; exit 69") { server in
      let outcome = try await server.run().outcome
      #expect(outcome == .unavailable(reason: "needs a moon"))
    }
  }

  @Test(arguments: ["/nonexistent/server {port}", "/nonexistent/server {port} && true"])
  func `a command that is not there is unavailable`(command: String) async throws {
    try await LittleServer.with(command) { server in
      let measurement = try await server.run()
      guard case .unavailable(let reason) = measurement.outcome else {
        Issue.record("\(measurement.outcome)")
        return
      }
      #expect(reason.contains("/nonexistent/server"))
    }
  }

  @Test func `a server that never listens is given up and ended`() async throws {
    let command = "echo $$ > {pids}; exec sleep 600"
    try await LittleServer.with(command, longestStart: .milliseconds(300)) { server in
      let reason = try #require(reason(try await server.run()))
      #expect(reason.hasPrefix("'little' did not listen on 127.0.0.1:"))
      #expect(reason.hasSuffix(" within 300ms"))
      #expect(server.processes.count == 1)
      try await eventually { !server.processes.contains { isAlive($0) } }
    }
  }

  @Test func `a server that ignores SIGTERM is killed after a while`() async throws {
    let command = """
      trap '' TERM; echo $$ > {pids}
      {echobench} server --backend threads --address {address} & echo $! >> {pids}
      while :; do sleep 600; done
      """
    try await LittleServer.with(command) { server in
      let measurement = try await server.run()
      #expect(measurement.client?.valid == true, "\(reason(measurement) ?? "")")
      #expect(server.processes.count == 2)
      try await eventually { !server.processes.contains { isAlive($0) } }
    }
  }

  @Test func `a process tree is accounted and stopped as a whole`() async throws {
    let command = """
      echo $$ > {pids}
      {echobench} server --backend threads --address {address} & echo $! >> {pids}; wait
      """
    try await LittleServer.with(command) { server in
      let measurement = try await server.run(window: .seconds(1))
      let usage = try #require(measurement.client?.server, "\(reason(measurement) ?? "")")
      #expect(usage.processes == 2)
      // The shell only waits: what was used is its child's.
      #expect(usage.cpuNanoseconds > 0)
      #expect(usage.threads > 2)
      #expect(server.processes.count == 2)
      try await eventually { !server.processes.contains { isAlive($0) } }
    }
  }

  @Test func `a server that leaves its process group is stopped, too`() async throws {
    let command = """
      setsid {echobench} server --backend threads --address {address} & echo $! >> {pids}; wait
      """
    try await LittleServer.with(command) { server in
      let measurement = try await server.run()
      #expect(measurement.client?.valid == true, "\(reason(measurement) ?? "")")
      #expect(server.processes.count == 1)
      try await eventually { !server.processes.contains { isAlive($0) } }
    }
  }

  @Test func `a server that ends while it is measured has no figures`() async throws {
    let command = """
      {echobench} server --backend threads --address {address} & echo $! > {pids}
      sleep 0.6; echo 'ran out of luck' >&2; exit 4
      """
    try await LittleServer.with(command) { server in
      let measurement = try await server.run(window: .seconds(1))
      #expect(
        measurement.outcome
          == .failed(
            reason: "'little' exited with status 4 while it was measured: ran out of luck"))
      #expect(measurement.client == nil && measurement.server == nil)
      try await eventually { !server.processes.contains { isAlive($0) } }
    }
  }

  @Test func `a server that goes into the background is told to stay`() async throws {
    let command = """
      {echobench} server --backend threads --address {address} 2>/dev/null & echo $! > {pids}
      sleep 0.6
      """
    try await LittleServer.with(command) { server in
      let outcome = try await server.run(window: .seconds(1)).outcome
      #expect(
        outcome
          == .failed(
            reason: "'little' ended while it was measured;"
              + " its command has to stay in the foreground"))
      try await eventually { !server.processes.contains { isAlive($0) } }
    }
  }

  @Test func `where somebody else takes the port, the server gets another`() async throws {
    // The first time, a process outside the server's group is faster than the server.
    let command = """
      if ! test -e {pids}; then
        setsid {echobench} server --backend threads --address {address} & echo $! > {pids}
        sleep 0.2
      fi
      exec {echobench} server --backend threads --address {address}
      """
    try await LittleServer.with(command) { server in
      let measurement = try await server.run()
      #expect(measurement.client?.valid == true, "\(reason(measurement) ?? "")")
      let other = try #require(server.processes.first)
      #expect(isAlive(other))
      killProcessGroup(other)
    }
  }

  @Test func `a server that says too much fails alone`() async throws {
    let command = """
      {echobench} server --backend threads --address {address} &
      echo $$ > {pids}; sleep 0.3; while :; do head -c 100000 /dev/zero >&2; done
      """
    try await LittleServer.with(command) { server in
      let measurement = try await server.run(window: .seconds(1))
      #expect(
        measurement.outcome
          == .failed(
            reason: "'little' wrote more than 1 MiB: have its command send that to /dev/null"))
      try await eventually { !server.processes.contains { isAlive($0) } }
    }
  }

  private static let littleServer = Server.Kind.command(
    line: "\(LittleServer.program) server --backend threads --address {address}")

  @Test(arguments: [
    ("/bin/sh", littleServer, "the client did not report; it said: "),
    ("/nonexistent/program", littleServer, "Executable \"/nonexistent/program\" is not found"),
    (
      "/nonexistent/program", .backend(name: "threads"),
      "Executable \"/nonexistent/program\" is not found"
    ),
  ])
  func `a program that cannot be the client or the server fails the trial alone`(
    program: String, server: Server.Kind, complaint: String
  ) async throws {
    let timing = Plan.Timing(
      duration: .milliseconds(50), warmup: .milliseconds(0), timeout: .seconds(1))
    let scenario = Scenario(
      server: Server(name: "little", kind: server), load: Load(workers: 2))
    let measurement = try await ProcessExecutor(timing: timing, program: program).run(
      Trial(scenario: 0, round: 1), scenario, attempt: 1)
    let said = try #require(reason(measurement))
    #expect(said.hasPrefix(complaint), "\(said)")
  }
}
