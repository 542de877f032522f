import EchoSuite
import Foundation
import Testing

/// A suite and the folder of its results, which may hold one already, or somebody's own.
@Suite(.serialized, .takingTurns, .timeLimit(.minutes(2)))
struct SuiteFolderCommandTests {
  @Test func `a folder with a suite is not begun again unless told to`() async throws {
    try await TemporaryFolder.with { folder in
      try folder.write(TinySuite.file, to: "tiny.yaml")
      let arguments = [
        "suite", "--config", "tiny.yaml", "--output", "out", "--rounds", "1",
        "--duration", "50ms",
      ]
      // 3 on a machine so busy that a window passes without a message.
      let first = try await RunningProgram.run(arguments, in: folder.path)
      #expect([0, 3].contains(first.status), "\(first.errors)")
      let again = try await RunningProgram.run(arguments, in: folder.path)
      #expect(again.status == 1)
      #expect(
        again.errors.contains(
          "out already holds a suite. Go on with it (--resume), replace it (--overwrite), or choose"
            + " another folder (--output)."))
      let over = try await RunningProgram.run(arguments + ["--overwrite"], in: folder.path)
      #expect([0, 3].contains(over.status), "\(over.errors)")
    }
  }

  @Test func `a suite that is being written is not replaced by another`() async throws {
    try await TemporaryFolder.with { folder in
      // Of which nothing is measured before it is interrupted.
      try folder.write("{name: tiny, rounds: 2, servers: [{backend: threads}]}", to: "tiny.yaml")
      let arguments = ["suite", "--config", "tiny.yaml", "--output", "out"]
      try await RunningProgram.with(arguments + ["--duration", "600s"], in: folder.path) { first in
        try await eventually {
          TemporaryFolder(path: folder.path + "/out").names.contains("plan.json")
        }
        let plan = folder.read("out/plan.json")
        for command in [arguments + ["--overwrite"], ["suite", "--resume", "--output", "out"]] {
          let second = try await RunningProgram.run(command, in: folder.path)
          let isTold = second.errors.contains("another suite is writing into out. Wait for it")
          #expect(second.status == 1 && isTold, "\(command): \(second.errors)")
        }
        let update = try await RunningProgram.run(["report", "out", "--update"], in: folder.path)
        #expect(update.status == 1)
        #expect(update.errors.contains("another suite is writing into out"))
        #expect(folder.read("out/plan.json") == plan)
        first.signal(SIGINT)
        #expect(try await first.end().status == 130)
      }
      #expect(try TrialLog.open(folder.path + "/out").measurements.isEmpty)
    }
  }

  @Test func `the hint at committed results does not lead to replacing them`() async throws {
    try await TemporaryFolder.with { folder in
      try folder.write(TinySuite.file, to: "tiny.yaml")
      let plan = Plan(try SuiteFile.read(path: folder.path + "/tiny.yaml"), seed: 7)
      _ = try TrialLog.create(
        folder.path + "/kept", plan: plan, machine: await Machine.current())
      let git = ["-C", folder.path, "-c", "user.name=a", "-c", "user.email=a@b"]
      for arguments in [["init", "-q"], ["add", "."], ["commit", "-qm", "results"]] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["git"] + git + arguments
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
      }
      let ending = try await RunningProgram.run(
        ["suite", "--config", "tiny.yaml", "--output", "kept"], in: folder.path)
      #expect(ending.status == 1)
      #expect(
        ending.errors.contains(
          "kept holds results that are committed. Choose another folder (--output), such as"
            + " results/local/tiny."), "\(ending.errors)")
      #expect(!ending.errors.contains("--overwrite"))
    }
  }

  @Test func `a folder with somebody's own report is refused before anything is measured`()
    async throws
  {
    try await TemporaryFolder.with { folder in
      try folder.write(TinySuite.file, to: "tiny.yaml")
      try folder.write("# Mine\n", to: "report.md")
      for options in [[], ["--overwrite"]] {
        let ending = try await RunningProgram.run(
          ["suite", "--config", "tiny.yaml", "--output", "."] + options, in: folder.path)
        #expect(ending.status == 1)
        #expect(
          ending.errors.contains(
            "./report.md is there, without a suite's plan, and is not written over. Move it away, or"
              + " choose another folder (--output)."), "\(ending.errors)")
        #expect(folder.read("report.md") == "# Mine\n")
        #expect(folder.names == ["report.md", "tiny.yaml"])
      }
    }
  }

  @Test(arguments: [
    (
      ["--rounds", "3"],
      "'--resume' goes on with the rounds, precision and budget of out: leave them out."
    ),
    (["--duration", "2s"], "'--duration' must be 100ms with '--resume', as in out, got 2s."),
    (["--warmup", "0"], "'--warmup' must be 10ms with '--resume', as in out, got 0s."),
    (["--seed", "8"], "'--seed' must be 7 with '--resume', as in out, got 8."),
    (
      ["--server", "more=serve {port}"],
      "'--resume' goes on with the suite in out, which is another one than '--preset', '--config',"
    ),
  ])
  func `a suite is not gone on with by another plan`(options: [String], message: String)
    async throws
  {
    try await TemporaryFolder.with { folder in
      try folder.write(TinySuite.file, to: "tiny.yaml")
      let out = folder.path + "/out"
      let plan = Plan(try SuiteFile.read(path: folder.path + "/tiny.yaml"), seed: 7)
      _ = try TrialLog.create(out, plan: plan, machine: await Machine.current())
      let ending = try await RunningProgram.run(
        ["suite", "--resume", "--config", "tiny.yaml", "--output", "out"] + options,
        in: folder.path)
      #expect(ending.status == 64, "\(ending.errors)")
      #expect(ending.errors.contains("Error: \(message)"), "\(ending.errors)")
      #expect(ending.errors.contains("Usage: echobench suite "))
    }
  }

  @Test func `a suite goes on with the options that it was begun with`() async throws {
    try await TemporaryFolder.with { folder in
      try folder.write(TinySuite.file, to: "tiny.yaml")
      let arguments = [
        "suite", "--config", "tiny.yaml", "--output", "out", "--rounds", "1", "--duration", "50ms",
        "--seed", "7",
      ]
      let first = try await RunningProgram.run(arguments, in: folder.path)
      #expect([0, 3].contains(first.status), "\(first.errors)")
      let again = try await RunningProgram.run(arguments + ["--resume"], in: folder.path)
      #expect([0, 3].contains(again.status), "\(again.errors)")
      #expect(again.output == first.output)
    }
  }
}
