import Foundation
import Testing

@testable import EchoSuite

struct ReplaceFileTests {
  @Test(arguments: [0o600, 0o644, 0o444, 0o755, 0o2640])
  func `a file keeps its mode`(mode: Int) async throws {
    try await FileTree.with(["a": "old"]) { tree in
      let path = tree.root + "a"
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
      try replaceFile(at: path, with: Data("new".utf8))
      #expect(try attributes(path)[.posixPermissions] as? Int == mode)
      #expect(FileManager.default.contents(atPath: path) == Data("new".utf8))
      #expect(try FileManager.default.contentsOfDirectory(atPath: tree.root) == ["a"])
    }
  }

  @Test(.enabled(if: geteuid() == 0, "a file of somebody else's takes root to make"))
  func `a file keeps its owner and its group`() async throws {
    try await FileTree.with(["a": "old"]) { tree in
      let path = tree.root + "a"
      try FileManager.default.setAttributes(
        [.ownerAccountID: 1234, .groupOwnerAccountID: 2345, .posixPermissions: 0o640],
        ofItemAtPath: path)
      try replaceFile(at: path, with: Data("new".utf8))
      let attributes = try attributes(path)
      #expect(attributes[.ownerAccountID] as? Int == 1234)
      #expect(attributes[.groupOwnerAccountID] as? Int == 2345)
      #expect(attributes[.posixPermissions] as? Int == 0o640)
    }
  }

  @Test func `a link stays one, and what it leads to gets the content`() async throws {
    try await FileTree.with(["a": "old"]) { tree in
      let link = tree.root + "link"
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "a")
      try replaceFile(at: link, with: Data("new".utf8))
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "a")
      #expect(FileManager.default.contents(atPath: tree.root + "a") == Data("new".utf8))
    }
  }

  @Test func `a file's other names get the content, too`() async throws {
    try await FileTree.with(["a": "old and longer"]) { tree in
      try FileManager.default.linkItem(atPath: tree.root + "a", toPath: tree.root + "b")
      try replaceFile(at: tree.root + "a", with: Data("new".utf8))
      #expect(FileManager.default.contents(atPath: tree.root + "b") == Data("new".utf8))
    }
  }

  @Test func `a new file has the mode that the umask leaves`() async throws {
    try await FileTree.with(["other": ""]) { tree in
      try replaceFile(at: tree.root + "a", with: Data("new".utf8))
      #expect(
        try attributes(tree.root + "a")[.posixPermissions] as? Int
          == attributes(tree.root + "other")[.posixPermissions] as? Int)
    }
  }

  @Test func `a device is written into`() throws {
    try replaceFile(at: "/dev/null", with: Data("new".utf8))
    #expect(
      try attributes("/dev/null")[.type] as? FileAttributeType == .typeCharacterSpecial)
  }

  @Test func `a file that cannot be written is an error in the words of errno`() async throws {
    try await FileTree.with(["a": "old"]) { tree in
      let error = #expect(throws: (any Error).self) {
        try replaceFile(at: tree.root + "a/b", with: Data())
      }
      #expect(error?.fileReason == "Not a directory")
      #expect(throws: (any Error).self) { try replaceFile(at: tree.root, with: Data()) }
      #expect(FileManager.default.contents(atPath: tree.root + "a") == Data("old".utf8))
    }
  }

  private func attributes(_ path: String) throws -> [FileAttributeKey: Any] {
    try FileManager.default.attributesOfItem(atPath: path)
  }
}
