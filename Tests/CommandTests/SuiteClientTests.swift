import Foundation
import Testing

/// Suites whose client is a command.
@Suite(.serialized, .takingTurns, .timeLimit(.minutes(3)))
struct SuiteClientTests {
  @Test func `a suite compares clients, and its documents are what their schemas say`() async throws
  {
    try await TemporaryFolder.with { folder in
      try folder.write(
        """
        name: driven
        rounds: 2
        duration: 100ms
        warmup: 10ms
        workers: 2
        servers: [{backend: threads}]
        clients:
          - name: before
            command: \(RunningProgram.path) client {options}
          - name: theirs
            command: >-
              sleep 0.1; : {port} {connections} {size} {duration};
              echo '{"schema": "echobench-foreign-client/1", "messages": 900, "seconds": 0.05,
              "client_cpu_ns": 1e6, "server_cpu_ns": 2e6}'
        """, to: "a.yaml")
      let arguments = ["suite", "--config", "a.yaml", "--output", "out"]
      let suite = try await RunningProgram.run(arguments, in: folder.path)
      #expect(suite.status == 0, "\(suite.errors)")
      #expect(suite.output.contains("counted by theirs, not verified by echobench"))
      #expect(suite.output.contains("counted by before, not verified by echobench"))
      let out = TemporaryFolder(path: folder.path + "/out")
      let trials = out.read("trials.jsonl").split(separator: "\n").map(String.init)
      #expect(trials.count { $0.contains(#""foreign_client":"#) } >= 2)
      for document in [out.read("plan.json"), out.read("report.json")] + trials {
        let value = try JSONValue(parsing: document)
        let name = try #require(value["schema"]?.string)
        #expect(try Schema(named: name).complaints(about: value) == [])
      }
      // What was read back is what was written, and the suite that is asked for is the one there.
      let report = try await RunningProgram.run(["report", out.path, "--format", "csv"])
      #expect(report.output == out.read("report.csv"))
      let again = try await RunningProgram.run(arguments + ["--resume"], in: folder.path)
      #expect(again.status == 0 && again.output == suite.output, "\(again.errors)")
      let other = try await RunningProgram.run(
        arguments + ["--resume", "--client", "more=x {options}"], in: folder.path)
      #expect(other.status == 64 && other.errors.contains("is another one than"))
    }
  }

  @Test(arguments: [
    (["--client", "c=x {options}"], 64, "'--client' drives the servers of a suite"),
    (["--preset", "quick", "--client", "c"], 64, "'--client' must be a name, '=' and a command"),
    (["--preset", "quick", "--client", "c=x"], 64, "'--client' is not usable: the command must"),
    (
      ["--preset", "quick", "--client", "c=x {port} {connections} {size} {duration}"], 1,
      "this suite has the engines blocking and event"
    ),
    (
      ["--preset", "quick", "--client", "c=x {options}", "--client", "c=y {options}"], 1,
      "two clients are called 'c'"
    ),
    (["--show-preset", "quick", "--client", "c=x {options}"], 64, "leave the other options out"),
  ])
  func `a client that cannot be is refused before anything runs`(
    arguments: [String], status: Int32, words: String
  ) async throws {
    try await TemporaryFolder.with { folder in
      let suite = try await RunningProgram.run(["suite"] + arguments, in: folder.path)
      #expect(suite.status == status)
      #expect(suite.errors.contains(words), "\(suite.errors)")
      #expect(folder.names == [])
    }
  }

  @Test func `a suite that is killed leaves nothing of its client`() async throws {
    try await TemporaryFolder.with { folder in
      // A time of its own tells these processes from those of other tests.
      let time = "\(80_000 + Int.random(in: 0..<20_000))"
      try folder.write(
        """
        name: killed
        duration: 10ms
        servers: [{backend: threads}]
        clients:
          - name: stubborn
            command: "trap '' TERM; setsid sh -c 'trap \\"\\" TERM; sleep \(time)' & sleep \(time); : {options}"
          - own: true
        """, to: "a.yaml")
      try await RunningProgram.with(
        ["suite", "--config", "\(folder.path)/a.yaml", "--output", "\(folder.path)/out"]
      ) { suite in
        try await eventually(every: processListing) {
          runningProcesses(mentioning: time).count >= 3
        }
        suite.signal(SIGKILL)
        try await eventually(every: processListing) {
          runningProcesses(mentioning: time).isEmpty
        }
      }
    }
  }
}
