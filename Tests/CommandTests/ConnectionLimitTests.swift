import EchoIO
import Foundation
import Testing

/// More connections than a machine, a process or a server has room for.
@Suite(.serialized, .takingTurns, .timeLimit(.minutes(1)))
struct ConnectionLimitTests {
  @Test func `a client that may not have its descriptors says so before it connects`() async throws
  {
    // Nobody listens there, and that is not what is complained of.
    let address = "127.0.0.1:\(try freePort())"
    let arguments = ["client", "--address", address, "--connections", "100", "--format", "json"]
    let ending = try await RunningProgram.run(arguments, after: "ulimit -n 40")
    #expect(ending.status == 1)
    let report = try JSONValue(parsing: ending.output)
    #expect(try Schema(named: "echobench-client/1").complaints(about: report) == [])
    #expect(report["unavailable"] == .bool(true))
    let error = try #require(report["error"]?.string)
    #expect(error.hasPrefix("open 100 connections: Too many open files. 100 connections take "))
    #expect(error.contains(", and a process may have 40 here (ulimit -Hn). Ask for at most "))
  }

  @Test func `in a suite what a process may not have is unavailable, and the rest is measured`()
    async throws
  {
    try await TemporaryFolder.with { folder in
      try folder.write(
        """
        {name: a, rounds: 2, duration: 50ms, warmup: 10ms, twin: false, workers: 1,
        engines: event, connections: [2, 100], servers: [{backend: threads, threads: 2}]}
        """, to: "a.yaml")
      let ending = try await RunningProgram.run(
        ["suite", "--config", "\(folder.path)/a.yaml", "--output", "\(folder.path)/out"],
        after: "ulimit -n 60")
      #expect(ending.status == 0, "\(ending.errors)")
      let reason = "the client cannot have its connections: 100 connections take "
      #expect(ending.errors.contains("warning: 1 row will be unavailable: \(reason)"))
      let rows = tableRows(of: "threads", in: ending.output)
      #expect(rows.count == 2)
      #expect(rows.contains { $0.contains("| unavailable |") && $0.contains(reason) })
    }
  }

  @Test func `in a suite a server that accepts no more is unavailable with so many only`()
    async throws
  {
    try await TemporaryFolder.with { folder in
      // It takes what its backlog holds, and of that one after the other.
      let script = """
        import socket, sys
        listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=4)
        while True:
            peer, _ = listener.accept()
            while data := peer.recv(65536):
                peer.sendall(data)
            peer.close()
        """
      try folder.write(script, to: "serve.py")
      try folder.write(
        """
        {name: a, rounds: 2, duration: 50ms, warmup: 10ms, timeout: 500ms, twin: false, workers: 1,
        engines: event, connections: [1, 50],
        servers: [{name: mine, command: "exec python3 \(folder.path)/serve.py {port}"}]}
        """, to: "a.yaml")
      let ending = try await RunningProgram.run([
        "suite", "--config", "\(folder.path)/a.yaml", "--output", "\(folder.path)/out",
      ])
      #expect(ending.status == 0, "\(ending.errors)")
      let rows = tableRows(of: "mine", in: ending.output)
      #expect(rows.count == 2)
      #expect(
        rows.contains {
          $0.contains("| unavailable |") && $0.contains("of 50 connections were made, and the next")
        })
    }
  }

  /// Of a machine with ten ports for what connects: a network of its own.
  @Test(.enabled(if: LittleNetwork.isPossible))
  func `when an address has no port left connections come from others`() async throws {
    let ending = try await LittleNetwork.run("127.0.0.1:700", ["--connections", "45"])
    #expect(ending.status == 0, "\(ending.output) \(ending.errors)")
    #expect(ending.output.contains("connections  45 of 45 served"))
  }

  @Test(.enabled(if: LittleNetwork.isPossible))
  func `where there is no other address the sentence says how many there were`() async throws {
    let ending = try await LittleNetwork.run("[::1]:700", ["--connections", "45"])
    #expect(ending.status == 1)
    #expect(
      ending.output.contains(
        "connect [::1]:700: Cannot assign requested address. 10 of 45 connections were made, and this"
          + " machine has no port left for another: net.ipv4.ip_local_port_range (40000 40009) has")
    )
    #expect(ending.output.contains("errors       connect 1,"))
  }
}

/// A network namespace with a loopback interface, and ten ports for what connects.
private enum LittleNetwork {
  private static let setUp =
    "ip link set lo up && echo 40000 40009 > /proc/sys/net/ipv4/ip_local_port_range"

  /// Whether this user may have one.
  static let isPossible: Bool = {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "exec unshare -rn sh -c '\(setUp)' 2> /dev/null"]
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  /// Runs a client beside a server in it.
  static func run(_ address: String, _ options: [String]) async throws -> RunningProgram.Ending {
    let program = RunningProgram.path
    let script = """
      \(setUp)
      mkfifo "$0/ready"
      "$1" server --backend libuv --address \(address) > "$0/ready" &
      read line < "$0/ready"
      "$1" client --address \(address) --engine event --duration 50ms --warmup 10ms \
      \(options.joined(separator: " "))
      status=$?
      kill $!
      exit $status
      """
    return try await TemporaryFolder.with { folder in
      try await RunningProgram.with(
        ["-rn", "sh", "-c", script, folder.path, program], program: "/usr/bin/unshare"
      ) { try await $0.end() }
    }
  }
}

/// Of the first table of a report's figures.
private func tableRows(of server: String, in report: String) -> [Substring] {
  let sections = report.split(separator: "\n## ")
  guard let results = sections.first(where: { $0.hasPrefix("Results") }),
    let figures = results.split(separator: "</details>").first
  else { return [] }
  return figures.split(separator: "\n").filter { $0.hasPrefix("| \(server) ") }
}
