import ArgumentParser
import EchoIO
import EchoSuite
import Foundation
import Testing

@testable import echobench

/// What fingers expect from other tools of the kind.
struct HabitTests {
  @Test(arguments: [
    ["client", "127.0.0.1:4711", "-w", "2", "-c", "400", "-s", "64k", "-d", "30s", "-r", "20k"],
    ["client", "-w2", "-c400", "-s64k", "-d30s", "-r20k", "127.0.0.1:4711"],
    [
      "client", "--address", "127.0.0.1:4711", "--workers", "2", "--connections", "400", "--size",
      "64k", "--duration", "30s", "--rate", "20k",
    ],
    ["client", "-d30", "-c400", "127.0.0.1:4711", "-w2", "-r=20k", "-s=64k"],
  ])
  func `short options, joined or not, are the long ones`(arguments: [String]) throws {
    let client = try #require(try Echobench.parseAsRoot(arguments) as? ClientCommand)
    let workload = try client.options.workload(client.load.load)
    #expect(workload.address == .internet(host: "127.0.0.1", port: 4711))
    #expect(workload.stopRule == .duration(.seconds(30)))
    #expect(workload.load.workers == 2 && workload.load.connections == 400)
    #expect(workload.load.size.bytes == 64 << 10 && workload.load.rate == 20_000)
  }

  @Test(arguments: [
    ([], "127.0.0.1:25000"), (["[::1]:7"], "[::1]:7"), (["unix:/tmp/a"], "unix:/tmp/a"),
    (["--address", "localhost:7"], "localhost:7"),
  ])
  func `the address may be an argument or an option`(arguments: [String], address: String) throws {
    let client = try #require(
      try Echobench.parseAsRoot(["client"] + arguments) as? ClientCommand)
    #expect("\(try client.options.target)" == address)
  }

  @Test(arguments: [(["localhost:0"], "<address>"), (["--address", "[::1]:0"], "--address")])
  func `nobody connects to port 0`(arguments: [String], name: String) throws {
    let error = try #require(throws: (any Error).self) {
      try Echobench.parseAsRoot(["client"] + arguments)
    }
    let message = Echobench.message(for: error)
    #expect(message.hasPrefix("'\(name)' must have a port to connect to"), "\(message)")
  }

  @Test func `letters mean the same in every subcommand`() throws {
    var meanings: [String: Set<String>] = [:]
    for command in ["server", "client", "suite", "duet", "anatomy", "report", "compare"] {
      let error = try #require(throws: (any Error).self) {
        var command = try Echobench.parseAsRoot([command, "--help"])
        try command.run()
      }
      for match in Echobench.fullMessage(for: error).matches(of: /(?m)^  (-[a-z]), (--[a-z-]+)/) {
        meanings[String(match.output.1), default: []].insert(String(match.output.2))
      }
    }
    #expect(
      meanings == [
        "-w": ["--workers"], "-c": ["--connections"], "-s": ["--size"], "-d": ["--duration"],
        "-r": ["--rate"], "-h": ["--help"],
      ])
  }

  @Test func `a server that is told no backend takes one that is always there`() throws {
    let server = try #require(try Echobench.parseAsRoot(["server"]) as? ServerCommand)
    #expect(server.backend.backend.name == Backends.standard.name)
    #expect(Backends.standard.unavailability == nil)
    #expect(Backends.all.contains { $0.name == Backends.standard.name })
  }
}

/// The same in the built program.
@Suite(.serialized, .takingTurns, .timeLimit(.minutes(1)))
struct HabitCommandTests {
  @Test func `a server names the backend that it took, and a client finds it`() async throws {
    let arguments = ["server", "--address", "127.0.0.1:0"]
    try await RunningProgram.with(arguments) { server in
      let line = try await server.line()
      #expect(line.contains(" (\(Backends.standard.name), 1 thread, 64 KiB buffer"))
      let address = try #require(line.split(separator: " ").dropFirst(2).first.map(String.init))
      let client = try await RunningProgram.run(
        ["client", address, "-w2", "-c", "8", "-s64", "-d", "100ms", "--warmup", "0"])
      #expect(client.status == 0, "\(client.errors)")
      #expect(client.output.contains("8 of 8"), "\(client.output)")
    }
  }

  @Test func `a dry run of a suite shows it and touches nothing`() async throws {
    try await TemporaryFolder.with { folder in
      try Data("name: dry\nservers: [{backend: threads}]\n".utf8).write(
        to: URL(filePath: "\(folder.path)/dry.yaml"))
      let names = folder.names
      let run = ["suite", "--config", "dry.yaml", "--dry-run", "--seed", "3"]
      let ending = try await RunningProgram.run(run, in: folder.path)
      #expect(ending.status == 0, "\(ending.errors)")
      #expect(ending.output.contains("echobench server --backend threads --address 127.0.0.1:0"))
      #expect(ending.output.contains("`results/local/dry`"))
      #expect(folder.names == names)
      let again = try await RunningProgram.run(run, in: folder.path)
      #expect(again.output == ending.output)
    }
  }

  @Test func `a dry run says that the folder holds a suite`() async throws {
    try await TemporaryFolder.with { folder in
      let suite = "\(folder.path)/suite"
      try FileManager.default.createDirectory(atPath: suite, withIntermediateDirectories: true)
      let plan = #"{"schema": "echobench-plan/2"}"#
      try Data(plan.utf8).write(to: URL(filePath: "\(suite)/plan.json"))
      let run = ["suite", "--server", "a=serve {port}", "--dry-run", "--output", suite]
      let ending = try await RunningProgram.run(run)
      #expect(ending.status == 0)
      #expect(ending.errors.contains("warning: \(suite)"))
      let replacing = try await RunningProgram.run(run + ["--overwrite"])
      #expect(!replacing.errors.contains(suite))
      #expect(TemporaryFolder(path: suite).read("plan.json") == plan)
    }
  }

  @Test func `a suite that cannot be read cannot be shown`() async throws {
    let ending = try await RunningProgram.run(
      ["suite", "--config", "/nowhere/a.yaml", "--dry-run"])
    #expect(ending.status == 1)
    #expect(ending.errors.contains("/nowhere/a.yaml"))
  }
}
