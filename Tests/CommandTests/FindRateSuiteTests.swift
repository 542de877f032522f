import Foundation
import Testing

/// A suite whose trials look for the rate that holds, in processes.
@Suite(.serialized, .takingTurns, .timeLimit(.minutes(3)))
struct FindRateSuiteTests {
  private func run(_ folder: TemporaryFolder, _ arguments: [String]) async throws
    -> RunningProgram.Ending
  {
    try await RunningProgram.run(["suite"] + arguments + ["\(folder.path)/out"])
  }

  @Test func `each trial is one search, and a line of the log`() async throws {
    try await TemporaryFolder.with { folder in
      try folder.write(
        """
        {name: search, rounds: 2, duration: 50ms, warmup: 10ms, twin: false, workers: 1, connections: 2,
        find_rate: 'p50<1s', servers: [{backend: epoll}]}
        """, to: "a.yaml")
      let config = ["--config", "\(folder.path)/a.yaml", "--seed", "7"]
      let ending = try await run(folder, config + ["--output"])
      // 3 on a machine so busy that a window passes without a message.
      #expect([0, 3].contains(ending.status), "\(ending.errors)")
      let out = TemporaryFolder(path: "\(folder.path)/out")
      try expectValid(try JSONValue(parsing: out.read("plan.json")), "plan.json")
      #expect(try checkTrials(of: out) >= 2)
      for line in out.read("trials.jsonl").split(separator: "\n") {
        let trial = try JSONValue(parsing: line)
        let search = try #require(trial["search"])
        #expect(search["client"] == nil)
        #expect(search["workload"]?["find_rate"] == search["condition"])
        guard let rate = search["messages_per_second"]?.number else { continue }
        #expect(trial["client"]?["workload"]?["messages_per_second"]?.number == rate)
        #expect(trial["client"]?["window"]?["duration_ns"]?.number ?? 0 >= 150e6)
      }
      try expectValid(try JSONValue(parsing: out.read("report.json")), "report.json")
      #expect(out.read("report.md").contains("| Rate that holds |"))
      // What is done is not done again, and the report is the same.
      let report = out.read("report.md")
      let again = try await run(folder, ["--resume", "--output"])
      #expect([0, 3].contains(again.status) && out.read("report.md") == report, "\(again.errors)")
    }
  }
}
