import Testing

@testable import EchoIO
@testable import EchoSuite

extension ProcessExecutorTests {
  @Test func `a trial that is cancelled while its server starts leaves no process`() async throws {
    try await LittleServer.with("echo $$ > {pids}; exec sleep 600") { server in
      let stop = try StopSignal()
      let work = Task { try await server.run(until: stop) }
      try await eventually { server.processes.count == 1 }
      stop.fire()
      await #expect(throws: CancellationError.self) { try await work.value }
      try await eventually { !server.processes.contains { isAlive($0) } }
    }
  }

  @Test func `a trial that is cancelled while it measures leaves no process`() async throws {
    let command = """
      echo $$ > {pids}
      {echobench} server --backend threads --address {address} & echo $! >> {pids}; wait
      """
    try await LittleServer.with(command) { server in
      let stop = try StopSignal()
      let work = Task { try await server.run(window: .seconds(600), until: stop) }
      try await eventually { server.processes.count == 2 && observer(of: server) != nil }
      let client = try #require(observer(of: server))
      stop.fire()
      await #expect(throws: CancellationError.self) { try await work.value }
      try await eventually { !(server.processes + [client]).contains { isAlive($0) } }
    }
  }

  /// The client that observes one of the processes of a server.
  func observer(of server: LittleServer) -> Int32? {
    server.processes.lazy.compactMap { client(observing: $0) }.first
  }
}

/// The client of a trial, by the process that it observes.
func client(observing process: Int32) -> Int32? {
  numericEntries("/proc").first {
    let arguments = (readProcFile("/proc/\($0)/cmdline") ?? "").split(separator: "\0")
    return arguments.contains("client") && arguments.contains(["--observe", "\(process)"])
  }
}
