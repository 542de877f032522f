import EchoIO
import Foundation
import Testing

/// A client that is one of several, as a launcher starts it.
@Suite(.serialized, .takingTurns, .timeLimit(.minutes(1)))
struct FleetClientTests {
  private static let run = ["--workers", "2", "--duration", "100ms", "--warmup", "10ms"]

  @Test func `the id is in the report, in the files' names, and in the seed`() async throws {
    try await withServer { address in
      try await TemporaryFolder.with { folder in
        var seeds: [Double] = []
        for id in ["h1", "h2"] {
          let ending = try await RunningProgram.run(
            ["client", "--address", address, "--seed", "7", "--id", id, "--format", "json"]
              + Self.run + ["--output", "{id}.json", "--hlog", "{id}.hlog"], in: folder.path)
          #expect(ending.status == 0, "\(ending.errors)")
          let report = try JSONValue(parsing: folder.read("\(id).json"))
          #expect(try Schema(named: "echobench-client/1").complaints(about: report) == [])
          #expect(report["fleet"]?["id"] == .string(id))
          seeds.append(try #require(report["workload"]?["seed"]?.number))
        }
        #expect(
          folder.names.filter { $0.hasPrefix("h") } == ["h1.hlog", "h1.json", "h2.hlog", "h2.json"])
        #expect(Set(seeds + [7]).count == 3)
      }
    }
  }

  @Test func `one by itself has its seed, and no word of others`() async throws {
    try await withServer { address in
      let ending = try await RunningProgram.run(
        ["client", "--address", address, "--seed", "7", "--format", "json", "--cooldown", "20ms"]
          + Self.run)
      let report = try JSONValue(parsing: ending.output)
      #expect(try Schema(named: "echobench-client/1").complaints(about: report) == [])
      #expect(report["workload"]?["seed"]?.number == 7)
      #expect(report["window"]?["cooldown_ns"]?.number == 20e6)
      #expect(report["fleet"] == nil && report["target"]?["remote"] == nil)
      #expect(report["retransmits"] == nil)
    }
  }

  @Test func `a client says that it is ready, and begins when it is told`() async throws {
    try await withServer { address in
      let pipe = Pipe()
      let arguments =
        ["client", "--address", address, "--start-at", "stdin", "--id", "h1", "--format", "json"]
        + Self.run
      try await RunningProgram.with(arguments, input: pipe.fileHandleForReading) { client in
        try await eventually {
          client.errors.contains("echobench: ready h1\n") || !client.isRunning
        }
        #expect(client.output == "")
        let told = unixNow()
        try pipe.fileHandleForWriting.write(contentsOf: Data("go\n".utf8))
        let ending = try await client.end()
        #expect(ending.status == 0, "\(ending.errors)")
        let report = try JSONValue(parsing: ending.output)
        #expect(try Schema(named: "echobench-client/1").complaints(about: report) == [])
        #expect(try #require(report["fleet"]?["ready_unix_ns"]?.number) <= Double(told))
        #expect(try #require(report["fleet"]?["start_at_unix_ns"]?.number) >= Double(told))
      }
    }
  }

  @Test func `a launcher that is gone starts nothing`() async throws {
    try await withServer { address in
      let ending = try await RunningProgram.run(
        ["client", "--address", address, "--start-at", "stdin", "--format", "json"] + Self.run)
      #expect(ending.status == 1)
      #expect(ending.errors.contains("It ended before it said 'go' or a moment."))
      let report = try JSONValue(parsing: ending.output)
      #expect(try Schema(named: "echobench-client/1").complaints(about: report) == [])
      #expect(report["valid"] == .bool(false) && report["fleet"]?["load"] == nil)
    }
  }

  @Test func `auto says which shard it is, and who told`() async throws {
    try await withServer { address in
      let ending = try await RunningProgram.run(
        ["client", "--address", address, "--shard", "auto", "--format", "json"] + Self.run,
        after: "export SLURM_PROCID=1 SLURM_NTASKS=3")
      #expect(ending.status == 0, "\(ending.errors)")
      #expect(ending.errors.contains("echobench: this is shard 2 of 3, as SLURM_PROCID says\n"))
      let fleet = try #require(try JSONValue(parsing: ending.output)["fleet"])
      #expect(fleet["id"] == .string("\(ClientID(host: hostName(), number: 1))"))
      #expect(fleet["shard"]?["index"]?.number == 2 && fleet["shard"]?["count"]?.number == 3)
      #expect(fleet["shard"]?["from"] == .string("SLURM_PROCID"))
    }
  }

  @Test(arguments: [
    (["--shard", "auto"], "'--shard' must be number/count here: no launcher has told"),
    (["--id", "../h1"], "'--id' must be 1 to 100 letters, digits, '.', '_' and '-'"),
    (["--start-at", "soon"], "'--start-at' must be a moment such as 2026-11-29T17:00:00.5Z"),
    (
      ["--cooldown", "1s", "--messages", "5"], "'--cooldown' is for a window that ends at a moment"
    ),
    (
      ["--find-rate", "p99<1ms", "--id", "a"], "'--id' is of one run, and '--find-rate' makes many"
    ),
  ])
  func `what cannot be is a usage error`(arguments: [String], words: String) async throws {
    let ending = try await RunningProgram.run(
      ["client"] + arguments,
      after:
        "unset SLURM_PROCID OMPI_COMM_WORLD_RANK PMI_RANK JOB_COMPLETION_INDEX NOMAD_ALLOC_INDEX PARALLEL_SEQ"
    )
    #expect(ending.status == 64)
    #expect(ending.errors.hasPrefix("Error: \(words)"), "\(ending.errors)")
  }
}
