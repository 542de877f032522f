import Foundation
import Testing

@testable import EchoSuite

/// What merge takes from the paths that it is given.
@Suite(.timeLimit(.minutes(1)))
struct MergeInputTests {
  private static func sources(_ paths: [String]) throws -> [String] {
    try MergeInput.all(at: paths).map(\.source)
  }

  @Test func `of a folder, links and pipes are passed over, and so are folders that links lead to`()
    async throws
  {
    let files = ["in/1.json": "{}", "in/a/2.json": "{}", "out/3.json": "{}"]
    try await FileTree.with(files) { tree in
      let folder = tree.root + "in"
      let manager = FileManager.default
      try manager.createSymbolicLink(
        atPath: folder + "/3.json", withDestinationPath: tree.root + "out/3.json")
      try manager.createSymbolicLink(
        atPath: folder + "/out", withDestinationPath: tree.root + "out")
      try #require(mkfifo(folder + "/4.json", 0o600) == 0)
      #expect(try Self.sources([folder]) == [folder + "/1.json", folder + "/a/2.json"])
    }
  }

  @Test func `who names a link means what is behind it`() async throws {
    try await FileTree.with(["in/1.json": "{}"]) { tree in
      let manager = FileManager.default
      for (name, target) in [("file", "in/1.json"), ("folder", "in")] {
        try manager.createSymbolicLink(
          atPath: tree.root + name, withDestinationPath: tree.root + target)
      }
      #expect(try Self.sources([tree.root + "file"]) == [tree.root + "file"])
      #expect(try Self.sources([tree.root + "folder"]) == [tree.root + "folder/1.json"])
    }
  }

  /// What is told as a file and is a link when it is opened.
  @Test func `a document of a folder is not read through a link that took its place`() async throws
  {
    try await FileTree.with(["elsewhere.json": "{}"]) { tree in
      let link = tree.root + "1.json"
      try FileManager.default.createSymbolicLink(
        atPath: link, withDestinationPath: tree.root + "elsewhere.json")
      let problem = try #require(throws: MergeProblem.self) {
        try MergeInput.documents(in: link, isNamed: false)
      }
      #expect(problem.description == "\(link): it is no file, but a link to one")
      #expect(try MergeInput.documents(in: link, isNamed: true).count == 1)
    }
  }
}
