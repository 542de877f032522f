import Testing

@testable import EchoIO
@testable import EchoSuite

extension ProcessExecutorTests {
  @Test func `a trial that is cancelled while its server starts leaves no process`() async throws {
    try await LittleServer.with("echo $$ > {pids}; exec sleep 600") { server in
      let work = Task { try await server.run() }
      try await eventually { server.processes.count == 1 }
      work.cancel()
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
      let work = Task { try await server.run(window: .seconds(600)) }
      try await eventually { server.processes.count == 2 && observer(of: server) != nil }
      let client = try #require(observer(of: server))
      work.cancel()
      await #expect(throws: CancellationError.self) { try await work.value }
      try await eventually { !(server.processes + [client]).contains { isAlive($0) } }
    }
  }

  /// The client that observes the first process of a server.
  private func observer(of server: LittleServer) -> Int32? {
    let observed = server.processes.first.map { ["--observe", "\($0)"] } ?? []
    return numericEntries("/proc").first { process in
      let arguments = (readProcFile("/proc/\(process)/cmdline") ?? "").split(separator: "\0")
        .map(String.init)
      return arguments.contains("client") && arguments.contains(observed)
    }
  }
}
