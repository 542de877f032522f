import Foundation
import Testing

/// What is run out of a folder that somebody else may have filled.
@Suite(.serialized, .takingTurns, .timeLimit(.minutes(2)))
struct HostileFolderCommandTests {
  private static let suite = """
    name: tiny
    rounds: 2
    duration: 50ms
    warmup: 10ms
    workers: 1
    twin: false
    servers:
      - {name: absent, command: "touch ran; exit 1 # {address}"}
    """

  /// A suite whose only server never listens, and leaves a file when it is run.
  private func with(
    _ body: (TemporaryFolder, _ resume: [String]) async throws -> Void
  ) async throws {
    try await TemporaryFolder.with { folder in
      try folder.write(Self.suite, to: "tiny.yaml")
      _ = try await RunningProgram.run(
        ["suite", "--config", "tiny.yaml", "--output", "out"], in: folder.path)
      #expect(folder.names.contains("ran"))
      try FileManager.default.removeItem(atPath: "\(folder.path)/ran")
      try await body(folder, ["suite", "--resume", "--output", "out"])
    }
  }

  @Test func `commands of a plan are told before they run`() async throws {
    try await with { folder, resume in
      let resumed = try await RunningProgram.run(resume, in: folder.path)
      #expect(
        resumed.errors.contains(
          "echobench: the plan in out runs commands:\n  absent: touch ran; exit 1 # {address}\n"))
      #expect(folder.names.contains("ran"))
    }
  }

  @Test func `reports, comparisons and checks run none of them`() async throws {
    try await with { folder, _ in
      for command in [
        ["report", "out"], ["report", "out", "--update"], ["compare", "out", "out"],
        ["report", "out", "--check", "out/report.md"],
      ] {
        let ending = try await RunningProgram.run(command, in: folder.path)
        // Of rows without figures there is nothing to compare.
        #expect(
          command[0] == "compare" ? [0, 1].contains(ending.status) : ending.status == 0, "\(ending)"
        )
        #expect(!folder.names.contains("ran"), "\(command)")
      }
    }
  }

  /// Only root can give a file away (chown(2)).
  @Test(.enabled(if: geteuid() == 0))
  func `commands of another user's plan do not run`() async throws {
    try await with { folder, resume in
      let plan = "\(folder.path)/out/plan.json"
      try #require(chown(plan, 65_534, 65_534) == 0)
      let refused = try await RunningProgram.run(resume, in: folder.path)
      #expect(refused.status == 1)
      #expect(
        refused.errors.contains(
          "Error: the plan in out is of another user, and runs commands. Read them; to run them, give the"
            + " suite that has them, too (--config, --server, --client):\n  absent: touch ran; exit 1"
            + " # {address}\n"), "\(refused.errors)")
      #expect(!folder.names.contains("ran"))
      let given = try await RunningProgram.run(
        resume + ["--config", "tiny.yaml"], in: folder.path)
      #expect(!given.errors.contains("runs commands"), "\(given.errors)")
      #expect(folder.names.contains("ran"))
    }
  }

  @Test func `a command hides nothing from a terminal`() async throws {
    try await with { folder, resume in
      let plan = folder.read("out/plan.json")
      let hidden = plan.replacing("touch ran;", with: #"touch ran;\r\u001b[2K\u202e"#)
      try #require(hidden != plan)
      try folder.write(hidden, to: "out/plan.json")
      let resumed = try await RunningProgram.run(resume, in: folder.path)
      #expect(resumed.errors.contains("absent: touch ran;\u{fffd}\u{fffd} exit 1"))
      #expect(!resumed.errors.contains("\u{1b}"))
    }
  }
}
