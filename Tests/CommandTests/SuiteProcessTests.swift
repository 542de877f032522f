import EchoIO
import Foundation
import Testing

/// What a suite does with processes: its own, and those of the servers.
@Suite(.serialized, .takingTurns, .timeLimit(.minutes(2)))
struct SuiteProcessTests {
  @Test func `a suite that is killed leaves nothing running`() async throws {
    try await TemporaryFolder.with { folder in
      // A size of its own tells this suite's processes from those of other tests.
      let size = "\(80_000 + Int.random(in: 0..<20_000))"
      let server = "\(RunningProgram.path) server --backend threads --address {address}"
      for servers in [
        "[{backend: threads}]",
        // It ignores the polite end, and has a process in a session of its own.
        """
        [{name: stubborn, command: "trap '' TERM; setsid sh -c 'trap \\"\\" TERM; sleep 600 || sleep \
        {buffer_size}' & \(server) --buffer-size {buffer_size}"}]
        """,
      ] {
        try folder.write(
          "{name: killed, duration: 600s, buffers: [\(size)], servers: \(servers)}", to: "a.yaml")
        let arguments = ["suite", "--config", "\(folder.path)/a.yaml", "--overwrite", "--output"]
        try await RunningProgram.with(arguments + ["\(folder.path)/out"]) { suite in
          // A client is there once a server is ready, and measures.
          try await eventually(every: processListing) { clients(of: suite.id).count == 1 }
          let client = try #require(clients(of: suite.id).first)
          #expect(!runningProcesses(mentioning: size).isEmpty)
          suite.signal(SIGKILL)
          try await eventually(every: processListing) {
            runningProcesses(mentioning: size).isEmpty && !isAlive(client)
          }
        }
      }
    }
  }

  // One that it does not know of, one that it reads, and the last word.
  @Test(arguments: [SIGUSR1, SIGTERM, SIGKILL])
  func `a supervisor that is killed leaves nothing of its command, which is not blamed`(
    signal: Int32
  ) async throws {
    try await TemporaryFolder.with { folder in
      let size = "\(80_000 + Int.random(in: 0..<20_000))"
      // Nothing that a suite has seen yet: it never listens.
      try folder.write(
        """
        {name: orphaned, buffers: [\(size)], servers: [{name: idle, command: "setsid sleep \
        {buffer_size} & trap '' TERM; sleep {buffer_size}; wait; {port}"}]}
        """, to: "a.yaml")
      let arguments = ["suite", "--config", "\(folder.path)/a.yaml", "--output"]
      try await RunningProgram.with(arguments + ["\(folder.path)/out"]) { suite in
        try await eventually(every: processListing) { sleepers(size).count == 2 }
        try await expectNothingLeft(of: suite, size, signal)
        try await eventually { suite.errors.contains("'idle' lost its supervisor") }
      }
    }
  }

  @Test func `a supervisor that is killed leaves nothing, though a client measures for minutes`()
    async throws
  {
    try await TemporaryFolder.with { folder in
      let size = "\(80_000 + Int.random(in: 0..<20_000))"
      let server = "\(RunningProgram.path) server --backend threads --address {address}"
      try folder.write(
        """
        {name: orphaned, duration: 600s, buffers: [\(size)], servers: [{name: busy, command: \
        "setsid sleep {buffer_size} & \(server); wait"}]}
        """, to: "a.yaml")
      let arguments = ["suite", "--config", "\(folder.path)/a.yaml", "--output"]
      try await RunningProgram.with(arguments + ["\(folder.path)/out"]) { suite in
        try await eventually(every: processListing) { clients(of: suite.id).count == 1 }
        let client = try #require(clients(of: suite.id).first)
        try await expectNothingLeft(of: suite, size)
        #expect(!isAlive(client))
        try await eventually {
          folder.read("out/trials.jsonl").contains("'busy' lost its supervisor")
        }
      }
    }
  }

  /// Kills the supervisor of a suite's command, which sleeps for so many seconds beside others, and
  /// waits for the end of these.
  private func expectNothingLeft(
    of suite: RunningProgram, _ size: String, _ signal: Int32 = SIGKILL
  ) async throws {
    let orphans = sleepers(size)
    #expect(!orphans.isEmpty)
    let supervisor = try #require(
      runningProcesses(mentioning: size).first { process in
        FileManager.default.contents(atPath: "/proc/\(process)/cmdline")?
          .split(separator: 0).dropFirst().first == Data("supervise".utf8)
      })
    kill(supervisor, signal)
    try await eventually(every: processListing) { !orphans.contains(where: isAlive) }
  }

  /// Shells have the words of the command, too.
  private func sleepers(_ size: String) -> [Int32] {
    runningProcesses(mentioning: size).filter { process in
      FileManager.default.contents(atPath: "/proc/\(process)/cmdline")?
        .starts(with: Data("sleep\0".utf8)) == true
    }
  }

  /// The clients that a suite has started.
  private func clients(of suite: Int32) -> [Int32] {
    runningProcesses(mentioning: "--observe").filter { process in
      let stat = FileManager.default.contents(atPath: "/proc/\(process)/stat") ?? Data()
      let fields = String(decoding: stat, as: UTF8.self).split(separator: " ")
      return fields.count > 3 && Int32(fields[3]) == suite
    }
  }

  @Test func `a build meanwhile does not change what a suite runs`() async throws {
    try await TemporaryFolder.with { folder in
      let copy = URL(filePath: "\(folder.path)/program")
      try copyProgram(RunningProgram.path, to: copy.path())
      let arguments = [
        "suite", "--config", "\(folder.path)/a.yaml", "--output", "\(folder.path)/out",
      ]
      try folder.write(
        """
        {name: built, rounds: 3, duration: 100ms, warmup: 10ms, twin: false,
        servers: [{backend: threads}]}
        """, to: "a.yaml")
      try await RunningProgram.with(arguments, program: copy.path()) { suite in
        let trials = TemporaryFolder(path: "\(folder.path)/out")
        try await eventually { trials.read("trials.jsonl").contains("\n") }
        try FileManager.default.removeItem(at: copy)
        try copyProgram("/bin/false", to: copy.path())
        // 3 on a machine so busy that a window passes without a message.
        let ending = try await suite.end()
        #expect([0, 3].contains(ending.status), "\(ending.errors)")
      }
    }
  }

  /// In a process of its own: what this one has open for writing, a child that another test starts at
  /// that moment has, too, and then it cannot be run.
  private func copyProgram(_ path: String, to copy: String) throws {
    let process = try Process.run(URL(filePath: "/bin/cp"), arguments: [path, copy])
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }

  @Test(arguments: [
    ("exec /nonexistent/server {port}", "/nonexistent/server"), ("exit 69; {port}", "is not there"),
    ("! {echobench} server {port}", "Unexpected argument"),
  ])
  func `a server of the command line that does not run ends the suite`(
    command: String, complaint: String
  ) async throws {
    try await TemporaryFolder.with { folder in
      let command = command.replacingOccurrences(of: "{echobench}", with: RunningProgram.path)
      let ending = try await RunningProgram.run([
        "suite", "--preset", "quick", "--server", "mine=\(command)", "--output",
        "\(folder.path)/out",
      ])
      #expect(ending.status == 1)
      let last = ending.errors.split(separator: "\n").last ?? ""
      #expect(last.hasPrefix("Error: '--server' mine does not run: "), "\(ending.errors)")
      #expect(last.contains(complaint), "\(last)")
    }
  }

  @Test(arguments: [
    // 3 on a machine so busy that a window passes without a message.
    ("/nonexistent/server {port}", "/nonexistent/server", [0, 3]),
    ("echo no luck >&2; exit 4; {port}", "'other' exited with status 4", [1, 3]),
  ])
  func `a command of a suite file that does not run is told before anything is measured`(
    command: String, complaint: String, statuses: [Int32]
  ) async throws {
    try await TemporaryFolder.with { folder in
      try folder.write(
        """
        name: partly
        rounds: 1
        duration: 50ms
        warmup: 10ms
        servers: [{backend: threads}, {name: other, command: "\(command)"}]
        """, to: "a.yaml")
      let ending = try await RunningProgram.run([
        "suite", "--config", "\(folder.path)/a.yaml", "--output", "\(folder.path)/out",
      ])
      #expect(statuses.contains(ending.status), "\(ending.errors)")
      #expect(ending.errors.contains("warning: other does not run: "))
      #expect(ending.errors.contains(complaint) && ending.output.contains(complaint))
    }
  }

  @Test(arguments: [6, 8, 10, 12, 14, 16, 18, 20, 22])
  func `with few descriptors a suite runs, or says so`(limit: Int) async throws {
    try await withLimit("--nofile=\(limit)") { ending in
      // 3 on a machine so busy that a window passes without a message.
      if limit > 16, [0, 3].contains(ending.status) { return }
      #expect(ending.status == 1, "\(ending.errors)")
      #expect(ending.errors.contains("Allow this process more descriptors"), "\(ending.errors)")
    }
  }

  @Test(.enabled(if: mayBecomeSomebodyElse), arguments: [1, 2, 3, 4, 5])
  func `where a user has few processes left a suite ends, and says why`(limit: Int) async throws {
    try await withLimit("--nproc=\(limit) setpriv --reuid 54321 --clear-groups") { ending in
      #expect(ending.status == 1, "\(ending.errors)")
      let said = ending.errors + ending.output
      #expect(said.contains(": Resource temporarily unavailable. "), "\(said)")
    }
  }

  /// Runs a small suite below a limit (prlimit(1)).
  private func withLimit(
    _ limit: String, _ body: (RunningProgram.Ending) throws -> Void
  ) async throws {
    try await TemporaryFolder.with { folder in
      try folder.write(
        "{name: few, rounds: 1, duration: 50ms, warmup: 10ms, servers: [{backend: threads}]}",
        to: "a.yaml")
      try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path)
      let command =
        "exec prlimit \(limit) \(RunningProgram.path) suite --config \(folder.path)/a.yaml"
        + " --output \(folder.path)/out"
      try body(
        try await RunningProgram.with(["-c", command], program: "/bin/sh") {
          try await $0.end()
        })
    }
  }

  /// The super-user has no limit of processes, but somebody who has none yet has.
  static let mayBecomeSomebodyElse =
    getuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")
}
