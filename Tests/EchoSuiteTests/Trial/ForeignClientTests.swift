import Glibc
import Testing

@testable import EchoIO
@testable import EchoSuite

/// Trials whose client is a small command, one at a time.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct ForeignClientTests {
  private static let schema = #""schema": "echobench-foreign-client/1""#

  @Test func `a client that is a command tells its figures`() async throws {
    let told = """
      sleep 0.2; echo chatter
      echo '{\(Self.schema), "messages": 5000, "seconds": 0.1, "server_cpu_ns": 2e7,'\
      ' "client_cpu_ns": 1e7, "start_unix_ns": 5e9, "latency_ns": {"50": 9000}}'
      """
    try await LittleClient.with(told) { client in
      let measurement = try await client.run()
      #expect(measurement.outcome == .ran)
      let report = try #require(measurement.client)
      #expect(report.throughput.messagesPerSecond == 50_000)
      #expect(report.window.startUnix == 5_000_000_000)
      #expect(Metric.serverCPU.value(measurement) == 4000)
      #expect(Metric.clientCPU.value(measurement) == 2000)
      #expect(Metric.p50.value(measurement) == 9000)
      // It did not say when its window was.
      #expect(report.server == nil && report.machine == nil && measurement.disturbance == nil)
      #expect(measurement.connections == nil && measurement.server != nil)
    }
  }

  @Test func `what a client is told is in its command`() async throws {
    let told = """
      echo '{address} {host}:{port} {connections} {workers} {size} {engine} {verify} {duration}'\
      ' {warmup} {timeout} {seed}' >&2
      kill -0 {server_pid} && exit 1
      """
    try await LittleClient.with(told) { client in
      let reason = try #require(
        reason(try await client.run(window: .milliseconds(500), load: Load(workers: 3))))
      let words = reason.split(separator: " ")
      #expect(reason.hasPrefix("the client 'little' exited with status 1: 127.0.0.1:"))
      #expect(words.count > 9 && words[7] == words[8])
      let seed = Trial(scenario: 0, round: 1).seed(attempt: 1, of: 7)
      #expect(reason.hasSuffix(" 3 3 1000 blocking full 0.5 0.01 0.001 \(seed)"))
    }
  }

  @Test func `another build of this program is a client, and its report is its own`() async throws {
    try await LittleClient.with("{echobench} client {options} --timeout 10s") { client in
      let measurement = try await client.run()
      #expect(measurement.outcome == .ran, "\(reason(measurement) ?? "")")
      let report = try #require(measurement.client)
      #expect(report.valid && report.counts.completed > 0, "\(report.invalidReasons)")
      // It observes; on a machine that is too busy for that it says so.
      #expect(report.server?.processes == 1 || report.serverUnknown != nil)
      #expect(measurement.foreign == nil)
      #expect(report.workload.seed == Trial(scenario: 0, round: 1).seed(attempt: 1, of: 7))
    }
  }

  @Test func `the usage is read at the edges that a client tells`() async throws {
    // A client within the client keeps the server busy meanwhile. The shell starts nothing else: of
    // what ended between the edges nothing is known.
    let told = """
      now() { read up rest </proc/uptime; now=${up%.*}${up#*.}; }
      {echobench} client --address {address} --workers 2 --duration 3s --warmup 0s >{pids}.out &
      sleep 0.3; now; start=$now; echo begin
      while [ $((now - start)) -lt 120 ]; do now; done
      echo end; took=$((now - start)); wait
      printf '{\(Self.schema), "messages": 1000, "seconds": %d.%02d}\\n' $((took / 100)) $((took % 100))
      """
    try await LittleClient.with(told) { client in
      var measurement = try await client.run()
      // On a machine so busy that the edges are read late by half of that, the server's usage is unknown.
      for _ in 0..<2 where measurement.client?.server == nil {
        measurement = try await client.run()
      }
      #expect(measurement.outcome == .ran, "\(reason(measurement) ?? "")")
      let report = try #require(measurement.client)
      let server = try #require(report.server)
      #expect(server.processes == 1 && server.cpuNanoseconds > 0)
      let used = try #require(report.client)
      #expect(used.processes >= 2 && used.cpuNanoseconds > 0)
      #expect(report.machine != nil && measurement.disturbance != nil)
      let covered = try #require(report.window.usage)
      #expect(covered >= 600_000_000)
      #expect(Metric.serverCPU.value(measurement) == Double(server.cpuNanoseconds) / 1000)
      #expect(Metric.clientCPU.value(measurement) == Double(used.cpuNanoseconds) / 1000)
    }
  }

  @Test func `edges that come all at once are none`() async throws {
    let told = """
      sleep 0.3; printf 'begin\\nend\\n'; sleep 0.1
      echo '{\(Self.schema), "messages": 1000, "seconds": 0.3}'
      """
    try await LittleClient.with(told) { client in
      let measurement = try await client.run()
      #expect(measurement.outcome == .ran, "\(reason(measurement) ?? "")")
      #expect(Metric.serverCPU.value(measurement) == nil)
      #expect(Metric.clientCPU.value(measurement) == nil)
    }
  }

  @Test(arguments: [
    ("true", "the client 'little' said nothing; its last line must be a JSON object"),
    ("echo 12 requests", "the client 'little' said last: 12 requests; its last line must be"),
    (#"printf '\033[31m{}\n'"#, "the client 'little' said last: {}; its last line must be"),
    (#"echo '{"schema": "other/1"}'"#, #"the client 'little' said last: {"schema": "other/1"}; "#),
    ("echo {schema}", "'messages' is missing"),
    ("sleep 0.2; echo {told}", "reports a window of 9.000 s, and ran for "),
    ("echo no luck >&2; exit 4", "the client 'little' exited with status 4: no luck"),
    ("kill -9 $$", "the client 'little' was ended by signal 9 (SIGKILL)"),
    ("yes", "the client 'little' wrote more than 1 MiB"),
    (
      "{echobench} client --address {address} --workers 2 --size 5 --duration 0.1s --format json",
      "the client 'little' reports what cannot be: it drove another load than it was told"
    ),
  ])
  func `a client that does not report has failed, in words`(
    command: String, words: String
  ) async throws {
    let command = command.replacing("{schema}", with: "'{\(Self.schema)}'")
      .replacing("{told}", with: #"'{\#(Self.schema), "messages": 1, "seconds": 9}'"#)
    try await LittleClient.with(command) { client in
      let measurement = try await client.run()
      guard case .failed(let reason) = measurement.outcome else {
        Issue.record("\(measurement.outcome)")
        return
      }
      #expect(reason.contains(words), "\(reason)")
      #expect(measurement.client == nil)
    }
  }

  @Test(arguments: [
    (#""messages": 1.5, "seconds": 0.1"#, "'messages' must be a whole number, got 1.5"),
    (#""messages": -1, "seconds": 0.1"#, "'messages' must be at least 0"),
    (#""messages": 1e300, "seconds": 0.1"#, "'messages' must be at least 0 and at most"),
    (#""messages": 1, "seconds": 0"#, "'seconds' must be above 0"),
    (#""messages": "1", "seconds": 1"#, "'messages' must be a number, but is a string"),
    (#""messages": 1, "seconds": 1, "client_cpu_ns": -1"#, "'client_cpu_ns' must be at least 0"),
    (#""messages": 1, "seconds": 1, "latency_ns": {"42": 1}"#, "got '42'"),
  ])
  func `a report that cannot be is refused in words`(members: String, words: String) async throws {
    try await LittleClient.with("echo '{\(Self.schema), \(members)}'") { client in
      let reason = try #require(reason(try await client.run()))
      #expect(reason.hasPrefix("the client 'little' reports what cannot be: "))
      #expect(reason.contains(words), "\(reason)")
    }
  }

  @Test(arguments: ["/nonexistent/client {port}", "echo 'needs a moon' >&2; exit 69"])
  func `a client that cannot run here is unavailable`(command: String) async throws {
    try await LittleClient.with(command) { client in
      let measurement = try await client.run()
      guard case .unavailable(let reason) = measurement.outcome else {
        Issue.record("\(measurement.outcome)")
        return
      }
      #expect(reason.hasPrefix("the client 'little' exited with status "))
    }
  }

  @Test func `a client that never ends is given up, with all that it started`() async throws {
    let command = "echo $$ > {pids}; setsid sleep 600 & echo $! >> {pids}; wait"
    try await LittleClient.with(command) { client in
      let reason = try #require(
        reason(
          try await client.run(window: .milliseconds(100), longestEnd: .milliseconds(300))))
      #expect(reason == "the client 'little' did not end within 416ms")
      #expect(client.processes.count == 2)
      try await eventually { !client.processes.contains { isAlive($0) } }
    }
  }

  @Test func `a client leaves nothing running when it has reported`() async throws {
    let command = """
      setsid sleep 600 & echo $! > {pids}
      sleep 0.2; echo '{\(Self.schema), "messages": 1, "seconds": 0.1}'
      """
    try await LittleClient.with(command) { client in
      #expect(try await client.run().outcome == .ran)
      #expect(client.processes.count == 1)
      try await eventually { !client.processes.contains { isAlive($0) } }
    }
  }

  @Test func `a trial that is cancelled ends its client`() async throws {
    try await LittleClient.with("echo $$ > {pids}; exec sleep 600") { client in
      let stop = try StopSignal()
      let work = Task { try await client.run(until: stop) }
      try await eventually { client.processes.count == 1 }
      stop.fire()
      await #expect(throws: CancellationError.self) { try await work.value }
      try await eventually { !client.processes.contains { isAlive($0) } }
    }
  }

  @Test func `a server that ends meanwhile has failed, not its client`() async throws {
    try await LittleClient.with("kill -9 {server_pid}; exit 3") { client in
      let reason = try #require(reason(try await client.run()))
      #expect(reason.hasPrefix("'threads' was ended by signal 9 (SIGKILL) while it was measured"))
    }
  }
}
