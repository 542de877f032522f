import ArgumentParser
import EchoIO
import Foundation
import Testing

@testable import echobench

/// Nobody beyond this machine is served unless somebody asks for it.
@Suite(.serialized, .takingTurns, .timeLimit(.minutes(2)))
struct LoopbackTests {
  @Test func `a server listens on loopback by default`() throws {
    let server = try #require(try Echobench.parseAsRoot(["server"]) as? ServerCommand)
    #expect(try server.address.value == .internet(host: "127.0.0.1", port: 25000))
  }

  @Test func `a suite's servers are told addresses of this machine`() {
    let hosts = Transport.allCases.map { transport -> String? in
      guard case .internet(let host, _)? = transport.loopback else { return nil }
      return host
    }
    #expect(hosts == ["127.0.0.1", "::1", nil])
  }

  private static let server =
    "exec '\(RunningProgram.path)' server --backend threads --address {address}"

  /// Servers of a suite are this program's own and somebody's, on each transport that there is.
  private static let suite = """
    name: listening
    rounds: 1
    duration: 200ms
    warmup: 10ms
    workers: 1
    twin: false
    transports: [tcp, tcp6]
    servers: [{backend: epoll}, {name: other, command: "\(server)"}]
    """

  @Test(arguments: [
    ["suite", "--config", "a.yaml", "--output", "out"],
    ["duet", "a=\(server)", "b=\(server)", "--duration", "20ms", "--warmup", "0"],
    ["anatomy", "--backend", "epoll", "--duration", "200ms", "--workers", "1"],
  ])
  func `what starts servers has all of them listen on loopback`(arguments: [String]) async throws {
    try await TemporaryFolder.with { folder in
      try folder.write(Self.suite, to: "a.yaml")
      try await RunningProgram.with(arguments, in: folder.path) { program in
        var sockets = ListeningSockets(of: program.id)
        // A duet goes on for minutes: some of its pairs are enough.
        try await eventually {
          sockets.look()
          return !program.isRunning || sockets.found.count >= 6
        }
        if program.isRunning { program.signal(SIGINT) }
        _ = try await program.end()
        #expect(!sockets.found.isEmpty, "\(program.errors)")
        #expect(sockets.found.allSatisfy { $0.isLoopback }, "\(sockets.found)")
      }
    }
  }

  @Test func `an agent listens where it is told to serve, and nowhere else`() async throws {
    let pipe = Pipe()
    try await RunningProgram.with(["agent"], input: pipe.fileHandleForReading) { agent in
      let request = """
        {"serve": {"server": {"name": "epoll", "kind": {"backend": {"name": "epoll"}}, "buffer_bytes": 4096}, \
        "transport": "tcp", "host": "127.0.0.1", "longest_start_ns": 10000000000}}

        """
      try pipe.fileHandleForWriting.write(contentsOf: Data(request.utf8))
      var sockets = ListeningSockets(of: agent.id)
      try await eventually {
        sockets.look()
        return agent.output.contains("listening") || !agent.isRunning
      }
      sockets.look()
      #expect(!sockets.found.isEmpty, "\(agent.errors)")
      #expect(sockets.found.allSatisfy { $0.isLoopback }, "\(sockets.found)")
      try pipe.fileHandleForWriting.close()
      #expect(try await agent.end().status == 0)
    }
  }

  /// What it measures a message by listens for as long as it takes to connect: so that it is seen, no
  /// segment arrives on this host.
  @Test(
    .enabled(if: Network.losesPackets, "SKIPPED: nft(8) is not there, or cannot lose packets here"))
  func `what calibrates this machine listens on loopback`() async throws {
    try await TemporaryFolder.with { folder in
      let ending = try await Network.run(
        """
        on h2 nft add table inet lossy
        on h2 nft add chain inet lossy input '{ type filter hook input priority 0; }'
        on h2 nft add rule inet lossy input meta l4proto tcp drop
        on h2 "$echobench" calibrate >said 2>&1 &
        while kill -0 $! 2>/dev/null; do
          on h2 cat /proc/net/tcp /proc/net/tcp6 | grep ' 0A ' >>table || true
          sleep 0.02
        done
        """, in: folder.path)
      #expect(ending.status == 0, "\(ending.errors)")
      let found = ListeningSockets.all(in: "\(folder.path)/table")
      #expect(!found.isEmpty, "\(folder.read("said"))")
      #expect(found.allSatisfy { $0.isLoopback }, "\(found)")
    }
  }

  @Test(arguments: [
    ("0100007F:61A8", true), ("0A00007F:61A8", true), ("00000000:61A8", false),
    ("0B00A8C0:61A8", false), ("00000000000000000000000001000000:61A8", true),
    ("00000000000000000000000000000000:61A8", false),
    ("0000000000000000FFFF00000100A8C0:61A8", false),
  ])
  func `an address of loopback is told from others`(address: String, isLoopback: Bool) {
    // As a little-endian machine writes them.
    guard 1 == UInt32(littleEndian: 1) else { return }
    #expect(Listener(inode: 1, address: address).isLoopback == isLoopback)
  }
}
