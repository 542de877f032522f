import EchoIO
import Foundation
import Testing

/// A suite whose server and clients are on hosts: here all of them are this machine.
@Suite(.serialized, .takingTurns, .timeLimit(.minutes(2)))
struct HostSuiteTests {
  @Test func `what the clients measured is added up exactly`() async throws {
    try await HostSuite.run(HostSuite.file(HostSuite.hosts())) { out, ending in
      for file in ["plan.json", "machine.json"] {
        try expectValid(try JSONValue(parsing: out.read(file)), file)
      }
      #expect(try checkTrials(of: out) == 1)
      let trial = try #require(try HostSuite.trials(out).first)
      let client = try #require(trial["client"])
      #expect(client["valid"] == .bool(true))
      let hosts = try #require(trial["hosts"]).elements
      #expect(hosts.compactMap { $0["host"]?.string } == ["s", "a", "b"])

      let shards = hosts.compactMap { $0["client"] }
      var (all, rate, seeds) = (nil as LatencyHistogram?, 0.0, Set<Double>())
      for shard in shards {
        let text = try #require(shard["latency"]?["hdr_v2"]?.string)
        let histogram = try LatencyHistogram(decoding: text)
        #expect(Double(histogram.count) == shard["completed"]?.number)
        if all == nil { all = histogram } else { try all?.add(histogram) }
        rate += try #require(shard["messages_per_second"]?.number)
        seeds.insert(try #require(shard["seed"]?.number))
      }
      #expect(seeds.count == 2)
      #expect(shards.compactMap { $0["connections"]?.number } == [3, 2])
      #expect(client["counts"]?["completed"]?.number == all.map { Double($0.count) })
      let merged = try LatencyHistogram(
        decoding: #require(client["latency"]?["hdr_v2"]?.string))
      #expect(Array(merged.buckets) == Array(try #require(all).buckets))
      let total = try #require(client["throughput"]?["messages_per_second"]?.number)
      #expect(abs(total - rate) < 1e-6 * rate)

      // What is of one machine is no figure of all.
      #expect(client["machine"] == .null && client["client"] == .null)
      #expect(trial["disturbance"] == nil)
      #expect(try #require(client["server"]?["cpu_ns"]?.number) > 0)
      #expect(try #require(trial["server"]?["counters"]?["connections"]?.number) == 5)
      let machine = try JSONValue(parsing: out.read("machine.json"))
      #expect(machine["network"]?["kind"] == .string("network") && machine["floor"] == nil)
      #expect(machine["hosts"]?.elements.compactMap { $0["name"]?.string } == ["s", "a", "b"])
      #expect(ending.output.contains("over a network") && !ending.output.contains("client share "))
      // Each host's part stands in a row of its own, and how well the clocks were known.
      for words in ["| s    | server |", "| a    | client |", "The clock of each host was known"] {
        #expect(ending.output.contains(words), "\(ending.output)")
      }
      let report = try JSONValue(parsing: out.read("report.json"))
      try expectValid(report, "report.json")
    }
  }

  @Test func `a client may be here and its server elsewhere, somebody's command, too`() async throws
  {
    let command = "\(RunningProgram.path) server --backend threads --threads 8 --address {address}"
    let hosts = """
      server_host: {launch: env, address: 127.0.0.1, program: \(RunningProgram.path)}

      """
    try await HostSuite.run(
      HostSuite.file(hosts, servers: "[{name: theirs, command: '\(command)'}]")
    ) { out, _ in
      #expect(try checkTrials(of: out) == 1)
      let trial = try #require(try HostSuite.trials(out).first)
      #expect(trial["client"]?["valid"] == .bool(true))
      #expect(try #require(trial["client"]?["server"]?["cpu_ns"]?.number) > 0)
      #expect(trial["hosts"]?.elements.compactMap { $0["host"]?.string } == ["env", "here"])
    }
  }

  /// It answers each of two connections with what came from the other.
  private static let swapping = """
    import socket, sys
    host, port = sys.argv[1].rsplit(':', 1)
    listener = socket.create_server((host, int(port)))
    one, other = listener.accept()[0], listener.accept()[0]
    while True:
      a, b = one.recv(1000, socket.MSG_WAITALL), other.recv(1000, socket.MSG_WAITALL)
      if not a or not b: break
      one.sendall(b); other.sendall(a)

    """

  @Test(
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"),
      "SKIPPED: there is no /usr/bin/python3"))
  func `a server that mixes two hosts up is invalid`() async throws {
    try await TemporaryFolder.with { folder in
      try folder.write(Self.swapping, to: "swap.py")
      let file = HostSuite.file(
        HostSuite.hosts(),
        servers: "[{name: swap, command: '/usr/bin/python3 \(folder.path)/swap.py {address}'}]")
      try await HostSuite.run(
        file.replacing("workers: 2\nconnections: 5", with: "workers: 1\nconnections: 2"), status: 3
      ) { out, ending in
        let trial = try #require(try HostSuite.trials(out).first)
        #expect(trial["outcome"]?["ran"] != nil && trial["client"]?["valid"] == .bool(false))
        let reasons = "\(try #require(trial["client"]?["invalid_reasons"]))"
        #expect(reasons.contains("a: ") || reasons.contains("b: "), "\(reasons)")
        #expect(ending.output.contains("INVALID"))
      }
    }
  }

  // MARK: - Hosts that cannot be used

  @Test(arguments: [
    ("echo Welcome to", RunningProgram.path, "said 'Welcome to"),
    (
      "sh -c ''echo broken >&2; exit 3''", RunningProgram.path, "exited with status 3: broken. Try:"
    ),
    ("no-such-launcher h1", RunningProgram.path, "exited with status 127"),
    ("env", "/no/such/echobench", "Its path may be given as 'program'"),
    (
      #"sh -c ''echo "{\"schema\": \"echobench-agent/2\"}"; cat''"#, RunningProgram.path,
      "speaks echobench-agent/2, and this one speaks echobench-agent/1: install the same version"
    ),
    (
      #"sh -c ''"$@" | sed -u "s/\"version\":\"/&9/g"'' x"#, RunningProgram.path,
      "and this is "
    ),
    ("head -q -c 9000000 /dev/zero --", "/dev/null", "where its agent's first line should be"),
    (#"printf "\\033[31m{}\\n""#, RunningProgram.path, "said '{}' where"),
  ])
  func `one that cannot be used is told in a sentence, before anything runs`(
    launch: String, program: String, words: String
  ) async throws {
    try await TemporaryFolder.with { folder in
      let hosts = HostSuite.hosts(server: launch).replacing(
        "address: 127.0.0.1, program: \(RunningProgram.path)",
        with: "address: 127.0.0.1, program: \(program)")
      try folder.write(HostSuite.file(hosts), to: "a.yaml")
      let ending = try await RunningProgram.run([
        "suite", "--config", "\(folder.path)/a.yaml", "--output", "\(folder.path)/out",
      ])
      #expect(ending.status == 1)
      let complaint = try #require(ending.errors.split(separator: "\n").last)
      #expect(complaint.hasPrefix("Error: host s "), "\(ending.errors)")
      #expect(complaint.contains(words), "\(complaint)")
      #expect(!ending.errors.contains("\u{1b}"))
      #expect(!folder.names.contains("out"))
    }
  }

  @Test func `a dry run names the hosts, and tries none`() async throws {
    try await TemporaryFolder.with { folder in
      let touch = "sh -c ''touch \(folder.path)/touched''"
      try folder.write(HostSuite.file(HostSuite.hosts(server: touch)), to: "a.yaml")
      let ending = try await RunningProgram.run([
        "suite", "--config", "\(folder.path)/a.yaml", "--dry-run", "--output",
        "\(folder.path)/out",
      ])
      #expect(ending.status == 0, "\(ending.errors)")
      #expect(ending.output.contains("client 2") && ending.output.contains("tried on s before"))
      #expect(ending.output.contains("--address 127.0.0.1:0"))
      #expect(folder.names == ["a.yaml"])
    }
  }
}
