import Foundation
import Testing

@Suite(.serialized, .takingTurns, .timeLimit(.minutes(2)))
struct InterruptionTests {
  @Test(arguments: [SIGINT, SIGHUP])
  func `a suite that is interrupted loses nothing, leaves nothing and goes on`(
    signal: Int32
  ) async throws {
    try await TemporaryFolder.with { folder in
      // A size of its own tells this suite's processes from those of other tests.
      let size = "\(40_000 + Int.random(in: 0..<20_000))"
      try folder.write(
        """
        name: interrupted
        rounds: 3
        duration: 100ms
        warmup: 10ms
        workers: 2
        buffers: [\(size)]
        servers:
          - backend: threads
          - name: tree
            command: >-
              \(RunningProgram.path) server --backend dispatch --address {address} --buffer-size
              {buffer_size} & wait
        """, to: "suite.yaml")
      let out = TemporaryFolder(path: folder.path + "/out")
      let arguments = ["suite", "--config", folder.path + "/suite.yaml", "--output", out.path]
      try await RunningProgram.with(arguments) { suite in
        try await eventually { out.read("trials.jsonl").count { $0 == "\n" } >= 3 }
        suite.signal(signal)
        let ending = try await suite.end()
        #expect(ending.status == 128 + signal)
        #expect(
          ending.errors.contains(
            "interrupted; go on with: echobench suite --resume --output \(out.path)"))
        #expect(ending.output.contains("**Partial**: "))
        #expect(ending.output == out.read("report.md"))
      }
      try await eventually(every: processListing) { runningProcesses(mentioning: size).isEmpty }

      let (kept, machine) = (out.read("trials.jsonl"), out.read("machine.json"))
      #expect(machine.contains(#""floor" : {"#))
      let resumed = try await RunningProgram.run(["suite", "--resume", "--output", out.path])
      // 3 on a machine so busy that a window passes without a message.
      #expect([0, 3].contains(resumed.status), "\(resumed.errors)")
      #expect(out.read("trials.jsonl").hasPrefix(kept))
      #expect(out.read("machine.json") == machine)
      #expect(!resumed.output.contains("**Partial**"))
      let trials = try out.read("trials.jsonl").split(separator: "\n").map {
        let trial = try JSONValue(parsing: $0)
        return [trial["scenario"]?.number, trial["round"]?.number]
      }
      // Two servers and a twin, in three rounds.
      #expect(Set(trials).count == 9)
      try await eventually(every: processListing) { runningProcesses(mentioning: size).isEmpty }
    }
  }

  @Test func `a second signal ends a suite at once, and its processes`() async throws {
    try await TemporaryFolder.with { folder in
      let size = "\(60_000 + Int.random(in: 0..<20_000))"
      // It ignores the polite end, so that the suite waits for it when the second signal comes.
      try folder.write(
        """
        name: stubborn
        duration: 600s
        buffers: [\(size)]
        servers:
          - name: stubborn
            command: >-
              trap '' TERM; \(RunningProgram.path) server --backend threads --address {address}
              --buffer-size {buffer_size} & while :; do sleep 600; done
        """, to: "suite.yaml")
      let arguments = ["suite", "--config", "\(folder.path)/suite.yaml", "--output"]
      try await RunningProgram.with(arguments + ["\(folder.path)/out"]) { suite in
        // The supervisor, the shell and the server.
        try await eventually(every: processListing) {
          runningProcesses(mentioning: size).count == 3
        }
        suite.signal(SIGINT)
        // The server has been asked to end and has done so; its shell has not.
        try await eventually(every: processListing) {
          runningProcesses(mentioning: size).count <= 2
        }
        suite.signal(SIGTERM)
        // 130 on a machine so slow that the suite was done waiting.
        #expect([130, 143].contains(try await suite.end().status))
        try await eventually(every: processListing) { runningProcesses(mentioning: size).isEmpty }
      }
    }
  }
}
