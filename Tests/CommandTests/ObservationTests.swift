import EchoIO
import Foundation
import Testing

@Suite(.serialized, .takingTurns, .timeLimit(.minutes(1)))
struct ObservationTests {
  @Test func `an observed process that loses its children has no figures, and that is said`()
    async throws
  {
    // Some children are there when the window begins, and those are gone at its end.
    try await withServerOfShell("while :; do sleep 0.15 & sleep 0.05; done") { address, shell in
      let ending = try await observe(shell, address, ["--format", "json"])
      #expect(ending.status == 0, "\(ending.errors)")
      let report = try JSONValue(parsing: ending.output)
      #expect(try Schema(named: "echobench-client/1").complaints(about: report) == [])
      #expect(report["server"] == .null)
      let reason = "no figures of process \(shell): it or a descendant ended inside the window, and"
      #expect(report["server_unknown"]?.string?.hasPrefix(reason) == true)
      #expect(ending.errors.contains("warning: \(reason)"))
    }
  }

  @Test func `a server that an observed process has started is found, and measured`() async throws {
    try await withServerOfShell("wait") { address, shell in
      let ending = try await observe(shell, address, ["--format", "json"])
      #expect(ending.status == 0, "\(ending.errors)")
      #expect(try JSONValue(parsing: ending.output)["server"]?["cpu_ns"]?.number ?? 0 > 0)
    }
  }

  @Test func `a server that has left the observed process has no figures, and that is said`()
    async throws
  {
    try await withServer { address in
      let bystander = Process()
      bystander.executableURL = URL(filePath: "/bin/sleep")
      bystander.arguments = ["600"]
      try bystander.run()
      defer {
        kill(bystander.processIdentifier, SIGKILL)
        bystander.waitUntilExit()
      }
      let ending = try await observe(bystander.processIdentifier, address)
      #expect(ending.status == 0)
      #expect(
        ending.output.contains(
          "\nwarning      no figures of process \(bystander.processIdentifier): neither it nor a"
            + " descendant of it listens on \(address), but process "))
      #expect(!ending.output.contains("server 0.00"))
      #expect(!ending.errors.contains("no figures"))
    }
  }

  @Test func `a server on another machine is not observed here`() async throws {
    // TEST-NET-1, which nobody has (RFC 5737).
    let ending = try await observe(getpid(), "192.0.2.1:25000")
    #expect(ending.status == 64)
    #expect(
      ending.errors.hasPrefix(
        "Error: '--observe' must be given for a server on this machine, and 192.0.2.1:25000 is not."
      )
    )
  }

  private func observe(
    _ process: Int32, _ address: String, _ arguments: [String] = []
  ) async throws -> RunningProgram.Ending {
    try await RunningProgram.run(
      [
        "client", "--address", address, "--duration", "250ms", "--warmup", "50ms",
        "--observe", "\(process)",
      ] + arguments)
  }

  /// A server that a shell has started, which then goes on with `script`.
  private func withServerOfShell(
    _ script: String, _ body: (_ address: String, _ shell: Int32) async throws -> Void
  ) async throws {
    try await TemporaryFolder.with { folder in
      let address = Address.unix(path: "\(folder.path)/echo.sock")
      let shell = Process()
      shell.executableURL = URL(filePath: "/bin/sh")
      let server = "\(RunningProgram.path) server --backend threads --address \(address)"
      shell.arguments = ["-c", "\(server) & \(script)"]
      shell.standardOutput = FileHandle.nullDevice
      shell.standardError = FileHandle.nullDevice
      try shell.run()
      defer {
        ProcessFamily(of: shell.processIdentifier).kill()
        shell.waitUntilExit()
      }
      try await eventually {
        (try? Socket.connected(to: address, timeout: .seconds(1))) != nil
      }
      try await body("\(address)", shell.processIdentifier)
    }
  }
}
