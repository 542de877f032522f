import Foundation
import Testing

@testable import EchoSuite

@Suite(.timeLimit(.minutes(1)))
struct SourceRevisionTests {
  @Test func `a commit is clean until a tracked file that matters changes`() async throws {
    let files = ["Sources/EchoSuite/A.swift": "1", "results/quick/report.md": "1"]
    try await FileTree.with(files) { tree in
      try await commitAll(tree)
      let clean = try #require(await SourceRevision.of(directory: tree.root))
      #expect(clean.commit.count == 40 && clean.commit.allSatisfy(\.isHexDigit))
      #expect(!clean.dirty)

      try tree.write("untracked", to: "B.swift")
      #expect(await SourceRevision.of(directory: tree.root) == clean)

      try tree.write("2", to: "results/quick/report.md")
      #expect(await SourceRevision.of(directory: tree.root + "/results") == clean)

      try tree.write("2", to: "Sources/EchoSuite/A.swift")
      let dirty = await SourceRevision.of(directory: tree.root + "/Sources")
      #expect(dirty == SourceRevision(commit: clean.commit, dirty: true))
    }
  }

  /// It would be another build, for which a suite is not gone on with.
  @Test func `a git that somebody kills is asked once more`() async throws {
    try await FileTree.with([:]) { tree in
      let once =
        "!test -e '\(tree.root)asked' && echo fine || { : >'\(tree.root)asked'; kill -9 $PPID; }"
      for (alias, said) in [(once, "fine\n"), ("!kill -9 $PPID", nil)] {
        let arguments = ["-c", "alias.ask=\(alias)", "ask"]
        #expect(await SourceRevision.git(arguments, in: tree.root) == said)
      }
    }
  }

  @Test func `the repository of another project is not the program's`() async throws {
    try await FileTree.with(["README": "dotfiles"]) { tree in
      try await commitAll(tree)
      #expect(await SourceRevision.of(directory: tree.root) == nil)
    }
  }

  @Test func `no program that a repository names is run`() async throws {
    try await FileTree.with(["Sources/EchoSuite/A.swift": "1", "results/plan.json": "{}"]) { tree in
      try await commitAll(tree)
      try tree.write("#!/bin/sh\ntouch '\(tree.root)ran'\n", to: "monitor")
      try #require(chmod(tree.root + "monitor", 0o700) == 0)
      let setting = ["config", "core.fsmonitor", tree.root + "monitor"]
      _ = try #require(await SourceRevision.git(setting, in: tree.root))
      #expect(await SourceRevision.of(directory: tree.root) != nil)
      #expect(await SourceRevision.tracks(tree.root + "results/plan.json"))
      #expect(!FileManager.default.fileExists(atPath: tree.root + "ran"))
    }
  }

  @Test func `a folder outside of any repository has no revision`() async throws {
    try await FileTree.with([:]) { tree in
      #expect(await SourceRevision.of(directory: tree.root) == nil)
      #expect(await SourceRevision.of(directory: tree.root + "/missing") == nil)
    }
  }

  /// Makes the folder a repository with one commit, whatever git is configured to do elsewhere.
  private func commitAll(_ tree: FileTree) async throws {
    let settings = [
      "user.name=test", "user.email=test@example.org", "commit.gpgsign=false",
      "core.hooksPath=/dev/null",
    ].flatMap { ["-c", $0] }
    for command in [["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "first"]] {
      _ = try #require(await SourceRevision.git(settings + command, in: tree.root))
    }
  }
}
