import Testing

/// Suite files whose hosts are all this machine, reached by launchers that start a program and nothing else.
enum HostSuite {
  /// The hosts of a suite file: a server `s`, clients `a` and `b`.
  static func hosts(
    server: String = "env", b: String = "env", program: String = RunningProgram.path
  ) -> String {
    """
    server_host: {launch: "env", name: s, address: 127.0.0.1, program: \(program)}
    client_hosts:
      - {launch: "env", name: a, program: \(program)}
      - {launch: '\(b.replacing("'", with: "''"))', name: b, program: \(program)}

    """.replacing(#"launch: "env", name: s"#, with: "launch: '\(server)', name: s")
  }

  /// A suite file with these hosts: one trial of each server.
  static func file(
    _ hosts: String, duration: String = "200ms", servers: String = "[{backend: epoll}]",
    buffer: String = "4k"
  ) -> String {
    """
    name: hosts
    rounds: 1
    duration: \(duration)
    warmup: 500ms
    twin: false
    buffers: [\(buffer)]
    engines: event
    workers: 2
    connections: 5
    servers: \(servers)

    """ + hosts
  }

  /// Runs a suite file, and hands the folder of its results to `body`.
  static func run(
    _ file: String, status: Int32 = 0,
    _ body: (TemporaryFolder, RunningProgram.Ending) throws -> Void
  ) async throws {
    try await TemporaryFolder.with { folder in
      try folder.write(file, to: "a.yaml")
      let out = "\(folder.path)/out"
      let ending = try await RunningProgram.run([
        "suite", "--config", "\(folder.path)/a.yaml", "--output", out,
      ])
      #expect(ending.status == status, "\(ending.errors)\(ending.output)")
      try body(TemporaryFolder(path: out), ending)
    }
  }

  /// The trials that a suite has left.
  static func trials(_ folder: TemporaryFolder) throws -> [JSONValue] {
    try folder.read("trials.jsonl").split(separator: "\n").map { try JSONValue(parsing: $0) }
  }
}
