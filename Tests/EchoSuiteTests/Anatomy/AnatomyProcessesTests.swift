import Testing

@testable import EchoIO
@testable import EchoSuite

/// Servers that are counted, in processes. A machine that lets nobody trace gives no calls, and says so.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct AnatomyProcessesTests {
  private func count(
    _ server: Server, load: Load = Load(workers: 2), window: TimeSpan = .milliseconds(250)
  ) async throws -> AnatomyRecord {
    let executor = AnatomyProcesses(
      window: window, program: try Program(LittleServer.program), longestStart: .seconds(30),
      until: try StopSignal())
    let record = try await onOwnThread {
      try executor.run(Scenario(server: server, load: load), seed: 1)
    }
    // As it says, a longer window helps where the machine is busy.
    let isTooShort = record.anatomy?.unavailable[.calls]?.hasPrefix("too few messages") == true
    guard isTooShort, window.seconds < 10 else { return record }
    return try await count(
      server, load: load, window: TimeSpan(nanoseconds: window.nanoseconds * 8))
  }

  private func command(_ line: String) -> Server {
    Server(
      name: "little",
      kind: .command(line: line.replacing("{echobench}", with: LittleServer.program)))
  }

  private static let python = ProcessExecutorTests.python ?? "python3"
  private static let hasPython = ProcessExecutorTests.python != nil

  /// Whether it is the machine that lets nobody trace.
  private func isForbidden(_ anatomy: Anatomy) -> Bool {
    anatomy.unavailable[.calls]?.hasPrefix("ptrace: Operation not permitted") == true
  }

  /// A server of which it is known what it calls.
  private static let talkative = """
    exec \(Self.python) -c '
    import os, socket, sys, threading
    def serve(peer):
      while data := peer.recv(65536):
        os.getppid()
        os.getppid()
        peer.sendall(data)
      peer.close()
    with socket.create_server(("127.0.0.1", {port})) as listener:
      while True:
        threading.Thread(target=serve, args=(listener.accept()[0],)).start()
    '
    """

  @Test func `a pool of threads reads once and writes once per message`() async throws {
    let record = try await count(
      Server(name: "threads", kind: .backend(name: "threads"), bufferBytes: 4096))
    #expect(record.outcome == .ran)
    let anatomy = try #require(record.anatomy)
    guard let calls = anatomy.calls else {
      #expect(isForbidden(anatomy))
      return
    }
    #expect(calls.keys.sorted() == ["read", "write"], "\(calls)")
    for count in calls.values { #expect(abs(count - 1) < 0.005, "\(calls)") }
    #expect(anatomy.reads.map { abs(($0.bytesPerCall ?? 0) - 1000) < 5 } == true)
    #expect(anatomy.writes.map { abs(($0.bytesPerCall ?? 0) - 1000) < 5 } == true)
    #expect(try #require(record.messages) >= 20)
  }

  @Test(.enabled(if: hasPython))
  func `a command in another language is counted with all of its threads`() async throws {
    let record = try await count(command(Self.talkative))
    #expect(record.outcome == .ran)
    let anatomy = try #require(record.anatomy)
    guard let calls = anatomy.calls else {
      #expect(isForbidden(anatomy))
      return
    }
    #expect(abs((calls["recvfrom"] ?? 0) - 1) < 0.01, "\(calls)")
    #expect(abs((calls["sendto"] ?? 0) - 1) < 0.01, "\(calls)")
    #expect(abs((calls["getppid"] ?? 0) - 2) < 0.02, "\(calls)")
    #expect(anatomy.unavailable[.instructions] == "counted for the backends of this program only")
  }

  @Test(.enabled(if: hasPython))
  func `a process for each connection is counted, too`() async throws {
    let server = """
      exec \(Self.python) -c '
      import os, signal, socket
      signal.signal(signal.SIGCHLD, signal.SIG_IGN)
      with socket.create_server(("127.0.0.1", {port})) as listener:
        while True:
          peer = listener.accept()[0]
          if os.fork() == 0:
            listener.close()
            while data := peer.recv(65536): peer.sendall(data)
            os._exit(0)
          peer.close()
      '
      """
    let anatomy = try #require(try await count(command(server)).anatomy)
    guard let calls = anatomy.calls else {
      #expect(isForbidden(anatomy))
      return
    }
    #expect(abs((calls["recvfrom"] ?? 0) - 1) < 0.01, "\(calls)")
    #expect(abs((calls["sendto"] ?? 0) - 1) < 0.01, "\(calls)")
    #expect(calls["clone"] == nil, "\(calls)")
  }

  @Test func `switches are those of a window in which nobody traces`() async throws {
    let anatomy = try #require(
      try await count(Server(name: "threads", kind: .backend(name: "threads"))).anatomy)
    // Traced, there would be four more for each of the two calls.
    if let switches = anatomy.voluntarySwitches {
      #expect(switches < 4)
    } else {
      #expect(anatomy.unavailable[.switches] != nil)
    }
    for (figure, value) in [
      (Anatomy.Figure.migrations, anatomy.migrations), (.faults, anatomy.minorFaults),
      (.instructions, anatomy.instructions),
    ] {
      #expect((value == nil) == (anatomy.unavailable[figure] != nil), "\(figure)")
    }
  }

  @Test func `a server that does not run has no anatomy`() async throws {
    let record = try await count(command("echo 'no luck at {port}' >&2; exit 3"))
    guard case .failed(let reason) = record.outcome else {
      Issue.record("\(record.outcome)")
      return
    }
    #expect(reason.hasPrefix("'little' exited with status 3 before it listened: no luck at "))
    #expect(record.anatomy == nil && record.messages == nil)
    let absent = try await count(command("exec /nonexistent/server {port}"))
    guard case .unavailable = absent.outcome else {
      Issue.record("\(absent.outcome)")
      return
    }
  }

  @Test(.enabled(if: hasPython))
  func `a server that answers with something else is wrong`() async throws {
    let server = """
      exec \(Self.python) -c '
      import socket, threading
      def serve(peer):
        while data := peer.recv(65536): peer.sendall(bytes(len(data)))
      with socket.create_server(("127.0.0.1", {port})) as listener:
        while True:
          threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
      '
      """
    let record = try await count(command(server))
    #expect(record.outcome.isWrong, "\(record.outcome)")
    #expect(record.anatomy == nil)
  }

  @Test(.enabled(if: hasPython))
  func `one that ends with its first client is counted, too`() async throws {
    let server = """
      exec \(Self.python) -c '
      import socket
      with socket.create_server(("127.0.0.1", {port})) as listener: peer = listener.accept()[0]
      while data := peer.recv(65536): peer.sendall(data)
      '
      """
    let record = try await count(command(server), load: Load(workers: 1))
    let anatomy = try #require(record.anatomy, "\(record.outcome)")
    guard let calls = anatomy.calls else {
      #expect(isForbidden(anatomy))
      return
    }
    #expect(abs((calls["recvfrom"] ?? 0) - 1) < 0.01, "\(calls)")
    #expect(abs((calls["sendto"] ?? 0) - 1) < 0.01, "\(calls)")
  }

  @Test func `when it is stopped nothing of the server is left`() async throws {
    let stop = try StopSignal()
    try await LittleServer.with(
      "echo $$ > {pids}; exec {echobench} server --backend threads --address {address}"
    ) { little in
      let executor = AnatomyProcesses(
        window: .seconds(60), program: try Program(LittleServer.program), until: stop)
      let server = Server(name: "little", kind: .command(line: little.line))
      let scenario = Scenario(server: server, load: Load(workers: 1))
      let work = Task {
        try await onOwnThread { try executor.run(scenario, seed: 1) }
      }
      try await eventually { !little.processes.isEmpty }
      stop.fire()
      await #expect(throws: CancellationError.self) { try await work.value }
      try await eventually { !little.processes.contains { isAlive($0) } }
    }
  }

  @Test func `what valgrind cannot run is not begun`() throws {
    let server = Server(name: "io_uring", kind: .backend(name: "io_uring"))
    let error = #expect(throws: InstructionCounter.Unavailable.self) {
      try InstructionCounter(program: try Program(LittleServer.program)).perMessage(of: server) {
        _, _ in
        Issue.record("it was begun")
        return 0
      }
    }
    #expect(error?.reason.hasPrefix("valgrind does not know that io_uring_enter waits") == true)
  }
}
