import EchoIO
import Foundation
import Testing

@Suite(.serialized, .takingTurns, .timeLimit(.minutes(1)))
struct ClientCommandTests {
  @Test(arguments: Engine.allCases)
  func `a measurement exits with 0, and its JSON is what its schema says`(engine: Engine)
    async throws
  {
    try await withServer { address in
      let ending = try await RunningProgram.run([
        "client", "--address", address, "--workers", "2", "--duration", "200ms", "--warmup", "10ms",
        "--engine", engine.rawValue, "--format", "json",
      ])
      #expect(ending.status == 0, "\(ending.errors)")
      let report = try ending.report()
      #expect(report["valid"] == .bool(true))
      #expect(report["error"] == .null && report["invalid_reasons"] == .array([]))
      let completed = try #require(report["counts"]?["completed"]?.number)
      let duration = try #require(report["window"]?["duration_ns"]?.number)
      let rate = try #require(report["throughput"]?["messages_per_second"]?.number)
      #expect(abs(rate - completed / duration * 1e9) < 1e-6 * rate)
    }
  }

  @Test func `a server that is not there exits with 1, and its JSON is whole`() async throws {
    let address = "127.0.0.1:\(try freePort())"
    let ending = try await ShortClient.run(address, ["--format", "json"])
    #expect(ending.status == 1)
    let report = try ending.report()
    #expect(report["valid"] == .bool(false))
    let error =
      "connect \(address): Connection refused. Is the server running? Start one with: echobench"
      + " server --address \(address)"
    #expect(report["error"] == .string(error))
    #expect(report["throughput"]?["messages_per_second"] == .null)
    #expect(ending.errors.contains(error))
  }

  @Test func `what went wrong is said once`() async throws {
    let address = "127.0.0.1:\(try freePort())"
    let text = try await ShortClient.run(address)
    #expect(text.status == 1)
    #expect(text.output.contains("\nfailed       connect \(address): Connection refused."))
    #expect(!text.errors.contains("refused"))
    try await TemporaryFolder.with { folder in
      let ending = try await ShortClient.run(address, ["--output", "\(folder.path)/report.txt"])
      #expect(ending.status == 1)
      #expect(ending.errors.contains("echobench: connect \(address): Connection refused."))
    }
  }

  @Test func `a seed is drawn for each run, and said`() async throws {
    try await withServer { address in
      var seeds: [Double] = []
      for _ in 0..<2 {
        let ending = try await ShortClient.run(address, ["--format", "json"])
        seeds.append(try #require(try ending.report()["workload"]?["seed"]?.number))
      }
      #expect(seeds[0] != seeds[1])
      let given = try await ShortClient.run(address, ["--seed", "12345"])
      #expect(given.output.contains(", verify full, seed 12345\n"))
    }
  }

  @Test func `few messages are told, and which option gives more`() async throws {
    try await withServer { address in
      let arguments = ["client", "--address", address, "--warmup", "0", "--messages", "20"]
      let ending = try await RunningProgram.run(arguments)
      #expect(ending.status == 0)
      #expect(ending.output.contains("only 100 messages were measured; use more --messages\n"))
    }
  }

  @Test(arguments: Engine.allCases)
  func `a client that was stopped for longer than its timeout blames nobody`(
    engine: Engine
  ) async throws {
    try await withServer { address in
      let arguments = [
        "client", "--address", address, "--workers", "2", "--engine", engine.rawValue,
        "--duration", "1s", "--warmup", "0", "--timeout", "250ms", "--format", "json",
      ]
      try await RunningProgram.with(arguments) { client in
        holdUp(client, for: .milliseconds(400))
        let ending = try await client.end()
        #expect(ending.status == 0, "\(ending.output)")
        #expect(try ending.report()["valid"] == .bool(true))
      }
    }
  }

  /// Stops a client that exchanges messages for a while. This thread waits itself: as a task it could
  /// be made to wait by others for longer than the client runs.
  private func holdUp(_ client: RunningProgram, for span: TimeSpan) {
    while client.isRunning && client.voluntarySwitches <= 100 { usleep(1000) }
    client.signal(SIGSTOP)
    usleep(UInt32(span.nanoseconds / 1000))
    client.signal(SIGCONT)
  }

  @Test func `a server that is wrong exits with 3, without a figure`() async throws {
    let server = try OverlongServer()
    let ending = try await ShortClient.run(server.address, ["--format", "json"])
    #expect(ending.status == 3)
    let report = try ending.report()
    #expect(report["valid"] == .bool(false))
    #expect(report["throughput"]?["messages_per_second"] == .null)
    #expect(report["latency"]?["hdr_v2"] == .null)
    guard case .array(let reasons) = report["invalid_reasons"] else {
      Issue.record("no reasons: \(report)")
      return
    }
    #expect(
      reasons.contains(
        .string(
          "the server returned 4096 bytes for a 1000-byte message: it echoes its whole buffer")))
  }

  @Test func `an invalid run is text with its errors, too`() async throws {
    let server = try OverlongServer()
    let ending = try await ShortClient.run(server.address)
    #expect(ending.status == 3)
    #expect(ending.output.contains("INVALID      the server returned 4096 bytes"))
    #expect(ending.output.contains("\nerrors       connect 0, reset 0, timeout 0, mismatch "))
    #expect(!ending.output.contains("messages/s"))
  }

  @Test func `an unverified run of the same server counts what it did not see`() async throws {
    let server = try OverlongServer()
    let ending = try await RunningProgram.run([
      "client", "--address", server.address, "--workers", "1", "--messages", "50", "--warmup", "0",
      "--verify", "off", "--format", "json",
    ])
    #expect(ending.status == 0, "\(ending.errors)")
    let lifetime = try #require(try ending.report()["lifetime"])
    let sent = try #require(lifetime["bytes_sent"]?.number)
    let received = try #require(lifetime["bytes_received"]?.number)
    #expect(received > sent)
  }

  @Test func `a CPU that is not there is an error, and the JSON says which`() async throws {
    let ending = try await ShortClient.run("127.0.0.1:1", ["--format", "json", "--cpus", "0,1023"])
    #expect(ending.status == 1)
    let error = try #require(try ending.report()["error"]?.string)
    #expect(
      error.hasPrefix("sched_setaffinity 0,1023: Invalid argument. This process may use CPU "))
  }

  @Test func `a usage error is exact, on standard error, and exits with 64`() async throws {
    let ending = try await RunningProgram.run(["client", "--connections", "0"])
    #expect(ending.status == 64)
    #expect(ending.output == "")
    #expect(
      ending.errors == """
        Error: '--connections' must be at least 1, got 0.
        Usage: echobench client [<options>] [<address>]
          See 'echobench client --help' for more information.

        """)
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `an interrupted run prints what it has, marked partial`(signal: Int32)
    async throws
  {
    try await withServer { address in
      let arguments = [
        "client", "--address", address, "--workers", "2", "--duration", "600s", "--warmup", "0",
        "--format", "json",
      ]
      try await RunningProgram.with(arguments) { client in
        try await eventually { client.voluntarySwitches > 100 }
        client.signal(signal)
        let ending = try await client.end()
        #expect(ending.status == 128 + signal)
        let report = try ending.report()
        #expect(report["partial"] == .bool(true))
        #expect(report["valid"] == .bool(true))
        #expect((report["counts"]?["completed"]?.number ?? 0) > 0)
        let duration = try #require(report["window"]?["duration_ns"]?.number)
        #expect(duration < 600e9)
      }
    }
  }

  @Test func `a second signal ends the client at once, without a report`() async throws {
    let server = try OverlongServer(answers: false)
    let arguments = [
      "client", "--address", server.address, "--workers", "1", "--timeout", "600s",
    ]
    try await RunningProgram.with(arguments) { client in
      try await eventually { client.threads > 1 }
      // Held, so that both are there before it can act on the first.
      client.signal(SIGSTOP)
      client.signal(SIGINT)
      client.signal(SIGTERM)
      client.signal(SIGCONT)
      let ending = try await client.end()
      #expect([130, 143].contains(ending.status))
      #expect(ending.output == "")
    }
  }
}

extension RunningProgram {
  /// How often its threads have waited so far: a client that exchanges messages does so for each.
  fileprivate var voluntarySwitches: Int {
    tasks.reduce(0) { sum, task in
      let status = (try? String(contentsOf: task.appending(path: "status"), encoding: .utf8)) ?? ""
      let line = status.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches") }
      return sum + (line?.split(separator: "\t").last.flatMap { Int($0) } ?? 0)
    }
  }

  fileprivate var threads: Int { tasks.count }

  private var tasks: [URL] {
    (try? FileManager.default.contentsOfDirectory(
      at: URL(filePath: "/proc/\(id)/task"), includingPropertiesForKeys: nil)) ?? []
  }
}
