import Foundation
import Testing

@testable import EchoSuite

struct ScratchFolderTests {
  /// Runs `body` with a folder to make others in.
  private func within(_ body: (String) throws -> Void) throws {
    let parent = FileManager.default.temporaryDirectory
      .appending(path: "scratch-\(UUID().uuidString)").path()
    try FileManager.default.createDirectory(
      atPath: parent, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: parent) }
    try body(parent)
  }

  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test func `a folder is its owner's alone, and goes with it`() throws {
    try within { parent in
      var folder: ScratchFolder? = try ScratchFolder(in: parent)
      let path = try #require(folder).path("file")
      try Data("a".utf8).write(to: URL(filePath: path))
      let name = try #require(try names(parent).first)
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(parent)/\(name)")
      #expect(attributes[.posixPermissions] as? Int == 0o700)
      folder = nil
      #expect(try names(parent) == [])
    }
  }

  @Test func `the next one removes what has lost its owner, and nothing else`() throws {
    try within { parent in
      let manager = FileManager.default
      let alive = try ScratchFolder(in: parent)
      let living = try names(parent)
      // As a process leaves it that was killed, with a link in it to what is somebody's.
      let abandoned = "\(parent)/echobench-scratch-AAAAAA"
      try manager.createDirectory(
        atPath: "\(abandoned)/inner", withIntermediateDirectories: true)
      let others = "\(parent)/others"
      try manager.createDirectory(atPath: others, withIntermediateDirectories: false)
      try Data("b".utf8).write(to: URL(filePath: "\(others)/kept"))
      try manager.createSymbolicLink(
        atPath: "\(abandoned)/link", withDestinationPath: others)
      // Named like one, and a link, a file, or of another length.
      try manager.createSymbolicLink(
        atPath: "\(parent)/echobench-scratch-BBBBBB", withDestinationPath: others)
      try Data("c".utf8).write(to: URL(filePath: "\(parent)/echobench-scratch-CCCCCC"))
      for name in ["echobench-scratch-DDDDDDD", "echobench-EEEEEE"] {
        try manager.createDirectory(
          atPath: "\(parent)/\(name)", withIntermediateDirectories: false)
      }
      let next = try ScratchFolder(in: parent)
      #expect(!manager.fileExists(atPath: abandoned))
      #expect(try names(others) == ["kept"])
      let left = Set(try names(parent))
      #expect(
        left.isSuperset(
          of: living + [
            "echobench-EEEEEE", "echobench-scratch-BBBBBB", "echobench-scratch-CCCCCC",
            "echobench-scratch-DDDDDDD", "others",
          ]))
      #expect(left.count == 7)
      withExtendedLifetime((alive, next)) {}
    }
  }
}
