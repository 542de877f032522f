import EchoIO
import Foundation
import Testing

/// What whoever starts the program has closed, mounted or sends.
@Suite(.serialized, .takingTurns, .timeLimit(.minutes(1)))
struct SurroundingsTests {
  @Test(arguments: ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
  func `a server whose standard descriptors are closed serves, and prints into nothing else`(
    closed: String
  ) async throws {
    try await TemporaryFolder.with { folder in
      let address = "unix:\(folder.path)/echo"
      let arguments = ["server", "--backend", "threads", "--address", address]
      try await RunningProgram.with(arguments, after: "exec \(closed)") { server in
        try await eventually { folder.names == ["echo"] || !server.isRunning }
        let client = try await RunningProgram.run([
          "client", "--address", address, "--messages", "10", "--warmup", "0",
        ])
        #expect(client.status == 0, "\(client.errors)")
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(server.id)/fd")
        for descriptor in ["0", "1", "2"] {
          #expect(open.contains(descriptor))
          let target = try FileManager.default.destinationOfSymbolicLink(
            atPath: "/proc/\(server.id)/fd/\(descriptor)")
          #expect(target.hasPrefix("/"), "\(descriptor) is \(target)")
        }
        server.signal(SIGTERM)
        #expect(try await server.end().status == 0)
      }
    }
  }

  @Test func `a client that has no standard input and error measures`() async throws {
    try await withServer { address in
      let ending = try await RunningProgram.run(
        ["client", "--address", address, "--messages", "10", "--warmup", "0", "--format", "json"],
        after: "exec <&- 2>&-")
      #expect(ending.status == 0)
      #expect(try JSONValue(parsing: ending.output)["valid"] == .bool(true))
    }
  }

  /// What ignores it makes its children ignore it, and a shell does for what it puts into the background.
  @Test(.enabled(if: !ignoresQuit, "SIGQUIT is ignored by whoever runs these tests"))
  func `SIGQUIT ends a server at once, and nothing crashes`() async throws {
    let arguments = ["server", "--backend", "threads", "--address", "127.0.0.1:0"]
    try await RunningProgram.with(arguments) { server in
      let line = try await server.line()
      server.signal(SIGQUIT)
      let ending = try await server.end()
      #expect(ending.status == 128 + SIGQUIT)
      #expect(ending.output == line + "\n")
      #expect(!ending.errors.contains("Signal"))
    }
  }

  @Test func `SIGQUIT that is ignored stays ignored`() async throws {
    let arguments = ["server", "--backend", "threads", "--address", "127.0.0.1:0"]
    try await RunningProgram.with(arguments, after: "trap '' QUIT") { server in
      _ = try await server.line()
      server.signal(SIGQUIT)
      server.signal(SIGTERM)
      let ending = try await server.end()
      #expect(ending.status == 0)
      #expect(ending.errors.contains("stopped: "))
    }
  }

  /// Mounts need a namespace, and that root or a kernel that lets everybody.
  @Test(.enabled(if: canUnshare, "needs a mount namespace (unshare -m)"))
  func `without proc a command is an error instead of the help`() async throws {
    let hidden = #"exec unshare -m sh -c 'mount -t tmpfs none /proc && exec "$0" "$@"' "$0" "$@""#
    let ending = try await RunningProgram.run(["backends"], after: hidden)
    #expect(ending.status == 1)
    #expect(ending.output == "")
    #expect(
      ending.errors
        == "echobench: /proc is not there, which has this program's arguments: mount it\n")
  }
}

/// By the mask of ignored signals, in hexadecimal (proc_pid_status(5)).
private let ignoresQuit: Bool = {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("SigIgn:") }
  let mask = line.flatMap { UInt64($0.dropFirst(7).trimmingPrefix { $0.isWhitespace }, radix: 16) }
  return (mask ?? 0) & 1 << (SIGQUIT - 1) != 0
}()

private let canUnshare: Bool = {
  let process = Process()
  process.executableURL = URL(filePath: "/bin/sh")
  process.arguments = ["-c", "unshare -m mount -t tmpfs none /mnt"]
  process.standardError = FileHandle.nullDevice
  guard (try? process.run()) != nil else { return false }
  process.waitUntilExit()
  return process.terminationStatus == 0
}()
