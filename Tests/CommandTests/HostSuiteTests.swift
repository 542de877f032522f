import EchoIO
import Foundation
import Testing

/// A suite whose server and clients are on hosts: here all of them are this machine, reached by launchers
/// that start a program and nothing else.
@Suite(.serialized, .takingTurns, .timeLimit(.minutes(2)))
struct HostSuiteTests {
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

  @Test func `what the clients measured is added up exactly`() async throws {
    try await Self.run(Self.file(Self.hosts())) { out, ending in
      for file in ["plan.json", "machine.json"] {
        try expectValid(try JSONValue(parsing: out.read(file)), file)
      }
      #expect(try checkTrials(of: out) == 1)
      let trial = try #require(try Self.trials(out).first)
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
    try await Self.run(
      Self.file(hosts, servers: "[{name: theirs, command: '\(command)'}]")
    ) { out, _ in
      #expect(try checkTrials(of: out) == 1)
      let trial = try #require(try Self.trials(out).first)
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
      let file = Self.file(
        Self.hosts(),
        servers: "[{name: swap, command: '/usr/bin/python3 \(folder.path)/swap.py {address}'}]")
      try await Self.run(
        file.replacing("workers: 2\nconnections: 5", with: "workers: 1\nconnections: 2"), status: 3
      ) { out, ending in
        let trial = try #require(try Self.trials(out).first)
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
      let hosts = Self.hosts(server: launch).replacing(
        "address: 127.0.0.1, program: \(RunningProgram.path)",
        with: "address: 127.0.0.1, program: \(program)")
      try folder.write(Self.file(hosts), to: "a.yaml")
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
      try folder.write(Self.file(Self.hosts(server: touch)), to: "a.yaml")
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

  // MARK: - Hosts that are lost

  /// It stays above the agent, with a word of its own in its command line.
  private static func launcher(_ mark: String) -> String { #"sh -c '"$@"; exit $?' \#(mark)"# }

  @Test(arguments: ["s", "b"])
  func `a launcher that is killed fails its trial and leaves nothing, and the suite goes on`(
    lost: String
  ) async throws {
    try await TemporaryFolder.with { folder in
      let (mark, size) = ("launcher-\(UUID().uuidString)", "\(Int.random(in: 100_000..<900_000))")
      let launch = Self.launcher(mark)
      let hosts =
        lost == "s"
        ? Self.hosts(server: launch.replacing("'", with: "''")) : Self.hosts(b: launch)
      try folder.write(Self.file(hosts, duration: "2s", buffer: size), to: "a.yaml")
      let out = TemporaryFolder(path: "\(folder.path)/out")
      try await RunningProgram.with([
        "suite", "--config", "\(folder.path)/a.yaml", "--output", out.path,
      ]) { suite in
        try await eventually(every: processListing) {
          Self.clients(of: suite.id).count == 2 || !suite.isRunning
        }
        for process in runningProcesses(mentioning: mark) where commandName(process) == "sh" {
          kill(process, SIGKILL)
        }
        let ending = try await suite.end()
        #expect(ending.status == 1, "\(ending.errors)")
        let trial = try #require(try Self.trials(out).first)
        let reason = try #require(trial["outcome"]?["failed"]?["reason"]?.string)
        #expect(reason.hasPrefix("host \(lost) was lost: its launcher"), "\(reason)")
        #expect(reason.contains("was ended by signal 9 (SIGKILL)"), "\(reason)")
      }
      try await eventually(every: processListing) {
        runningProcesses(mentioning: size).isEmpty && runningProcesses(mentioning: mark).isEmpty
      }
      let ending = try await RunningProgram.run(["suite", "--resume", "--output", out.path])
      #expect(ending.status == 0, "\(ending.errors)")
      #expect(try Self.trials(out).last?["client"]?["valid"] == .bool(true))
    }
  }

  @Test(arguments: [SIGKILL, SIGINT])
  func `a suite that ends leaves nothing on its hosts`(signal: Int32) async throws {
    try await TemporaryFolder.with { folder in
      let size = "\(Int.random(in: 100_000..<900_000))"
      try folder.write(Self.file(Self.hosts(), duration: "600s", buffer: size), to: "a.yaml")
      try await RunningProgram.with([
        "suite", "--config", "\(folder.path)/a.yaml", "--output", "\(folder.path)/out",
      ]) { suite in
        try await eventually(every: processListing) {
          Self.clients(of: suite.id).count == 2 || !suite.isRunning
        }
        let clients = Self.clients(of: suite.id)
        #expect(clients.count == 2 && !runningProcesses(mentioning: size).isEmpty)
        suite.signal(signal)
        try await eventually(every: processListing) {
          runningProcesses(mentioning: size).isEmpty && !clients.contains(where: isAlive)
            && !suite.isRunning
        }
      }
    }
  }

  /// The clients below the agents of a suite.
  private static func clients(of suite: Int32) -> [Int32] {
    runningProcesses(mentioning: "--cooldown").filter { client in
      var process: Int32? = client
      while let next = process, next > 1 {
        if next == suite { return true }
        process = parentProcess(next)
      }
      return false
    }
  }
}

/// The fields of /proc/[pid]/stat behind the name.
private func status(_ process: Int32) -> [Substring] {
  let data = FileManager.default.contents(atPath: "/proc/\(process)/stat") ?? Data()
  let text = String(decoding: data, as: UTF8.self)
  return text.lastIndex(of: ")").map { text[text.index(after: $0)...].split(separator: " ") } ?? []
}

private func parentProcess(_ process: Int32) -> Int32? {
  status(process).dropFirst().first.flatMap { Int32($0) }
}

private func commandName(_ process: Int32) -> String {
  let data = FileManager.default.contents(atPath: "/proc/\(process)/comm") ?? Data()
  return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
}
