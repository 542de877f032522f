import Glibc
import Testing

@testable import EchoIO
@testable import EchoSuite

/// Trials with real processes, one at a time: each keeps two CPUs busy.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct ProcessExecutorTests {
  @Test(arguments: Backends.all.filter { $0.unavailability == nil }.map { $0.name })
  func `a backend serves, is measured and gives its counters`(backend: String) async throws {
    let server = Server(name: backend, kind: .backend(name: backend), bufferBytes: 4096)
    var measurement = try await LittleServer.run(server)
    // Where others take the CPUs, readings may come too late to be of the window.
    while let client = measurement.client, client.server == nil || client.client == nil {
      measurement = try await LittleServer.run(server)
    }
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
    // To see whether it accepts, nobody has connected.
    #expect(counters.connections == 2)
  }

  @Test(arguments: Transport.allCases.filter { $0.unavailability == nil })
  func `a server listens on the transport of its load`(transport: Transport) async throws {
    var load = Load(workers: 2)
    load.transport = transport
    let backend = try await LittleServer.run(
      Server(name: "epoll", kind: .backend(name: "epoll")), load: load)
    let command = "exec {echobench} server --backend epoll --address {address}"
    let other = try await LittleServer.with(command) { try await $0.run(load: load) }
    for measurement in [backend, other] {
      let client = try #require(measurement.client, "\(reason(measurement) ?? "")")
      #expect(client.valid, "\(client.invalidReasons)")
      #expect(client.workload.load == load)
      let address = try Address(parsing: client.target.address)
      #expect(address.transport == transport)
      if case .unix(let path) = address {
        let folder = String(path.prefix { $0 != "\0" }.dropLast("/echo".count))
        #expect(access(path, F_OK) != 0 && access(folder, F_OK) != 0)
      }
      // It is the one that is observed, by whatever it listens on.
      #expect(client.server?.cpuNanoseconds ?? 0 > 0)
    }
  }

  @Test func `a command that has no address is unavailable on a unix socket`() async throws {
    var load = Load(workers: 2)
    load.transport = .unix
    try await LittleServer.with("exec {echobench} server --address {host}:{port}") { server in
      let outcome = try await server.run(load: load).outcome
      #expect(
        outcome
          == .unavailable(
            reason:
              "'little' cannot listen on a unix socket: its command has no {address}, and such"
              + " a socket has no port"))
    }
  }

  @Test func `a backend is told how to set its sockets`() async throws {
    let sockets = SocketOptions(nodelay: false, sendBuffer: ByteCount(32 << 10))
    let measurement = try await LittleServer.run(
      Server(name: "epoll", kind: .backend(name: "epoll"), sockets: sockets))
    #expect(measurement.client?.valid == true, "\(reason(measurement) ?? "")")
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
      #expect(
        outcome == .failed(reason: "'little' was ended by signal 9 (SIGKILL) before it listened"))
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
      echo $$ > {pids}; sleep 600 & echo $! >> {pids}
      {echobench} server --backend threads --address {address} & echo $! >> {pids}; wait
      """
    try await LittleServer.with(command) { server in
      let measurement = try await server.run()
      let usage = try #require(measurement.client?.server, "\(reason(measurement) ?? "")")
      #expect(usage.processes == 3)
      #expect(usage.cpuNanoseconds > 0)
      #expect(usage.threads > 3)
      #expect(server.processes.count == 3)
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

  private let untilTold = "until test -e {pids}.go; do sleep 0.01; done"

  /// A trial whose command goes on once a client has its workers: inside the window, or before it.
  private func toldOnceMeasured(_ server: LittleServer) async throws -> Measurement {
    let work = Task { try await server.run(window: .seconds(30)) }
    try await eventually { observer(of: server).map(isLoading) ?? false }
    try server.tell()
    return try await work.value
  }

  @Test func `a server that ends while it is measured has no figures`() async throws {
    let command = """
      echo $$ > {pids}; {echobench} server --backend threads --address {address} & echo $! >> {pids}
      \(untilTold); echo 'ran out of luck' >&2; exit 4
      """
    try await LittleServer.with(command) { server in
      let measurement = try await toldOnceMeasured(server)
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
      echo $$ > {pids}
      {echobench} server --backend threads --address {address} 2>/dev/null & echo $! >> {pids}
      \(untilTold)
      """
    try await LittleServer.with(command) { server in
      let outcome = try await toldOnceMeasured(server).outcome
      #expect(
        outcome
          == .failed(
            reason: "'little' ended while it was measured;"
              + " its command has to stay in the foreground"))
      try await eventually { !server.processes.contains { isAlive($0) } }
    }
  }

  @Test func `where somebody else takes the port, the server gets another`() async throws {
    // The first time it is told where to listen, and waits for somebody else to be there first.
    let command = """
      if ! test -e {pids}; then
        echo {port} > {pids}
        until test -e {pids}.go; do sleep 0.01; done
      fi
      exec {echobench} server --backend threads --address {address}
      """
    try await LittleServer.with(command) { server in
      let work = Task { try await server.run() }
      try await eventually { !server.processes.isEmpty }
      let port = try #require(server.processes.first.flatMap { UInt16(exactly: $0) })
      let other = try Socket.listening(on: .internet(host: "127.0.0.1", port: port))
      try server.tell()
      let measurement = try await work.value
      #expect(measurement.client?.valid == true, "\(reason(measurement) ?? "")")
      #expect(measurement.client?.target.address != "127.0.0.1:\(port)")
      _ = consume other
    }
  }

  @Test func `a server that says too much fails alone`() async throws {
    let command = """
      {echobench} server --backend threads --address {address} &
      echo $! > {pids}; echo $$ >> {pids}; \(untilTold)
      while :; do head -c 100000 /dev/zero >&2; done
      """
    try await LittleServer.with(command) { server in
      let measurement = try await toldOnceMeasured(server)
      #expect(
        measurement.outcome
          == .failed(
            reason: "'little' wrote more than 1 MiB: have its command send that to /dev/null"))
      try await eventually { !server.processes.contains { isAlive($0) } }
    }
  }

  @Test func `a program that is no such program fails the trial alone`() async throws {
    let timing = Plan.Timing(
      duration: .milliseconds(50), warmup: .milliseconds(0), timeout: .seconds(1))
    let scenario = Scenario(
      server: Server(name: "little", kind: .backend(name: "threads")), load: Load(workers: 2))
    let executor = ProcessExecutor(
      timing, seed: 1, program: try Program("/bin/sh"), until: try StopSignal())
    let measurement = try await onOwnThread {
      try executor.run(Trial(scenario: 0, round: 1), scenario, attempt: 1)
    }
    let said = try #require(reason(measurement))
    // A shell takes the first argument for a script.
    #expect(said.contains("server"), "\(said)")
    #expect(throws: SystemError.self) { try Program("/nonexistent/program") }
  }
}
