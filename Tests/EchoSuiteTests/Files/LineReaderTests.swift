import Foundation
import Testing

@testable import EchoSuite

struct LineReaderTests {
  @Test(arguments: [
    ("", []), ("a", []), ("\n", [""]), ("a\nb\n", ["a", "b"]), ("a\n\nb", ["a", ""]),
    ("\u{FEFF}a\n\u{FEFF}b\n", ["a", "\u{FEFF}b"]),
  ])
  func `lines end with a line feed`(content: String, lines: [String]) async throws {
    try await FileTree.with(["file": content]) { tree in
      var reader = try LineReader(tree.root + "file")
      var read: [String] = []
      while let line = try reader.next() { read.append(String(decoding: line, as: UTF8.self)) }
      #expect(read == lines)
      #expect(try reader.next() == nil)
      let whole = content.utf8.lastIndex(of: UInt8(ascii: "\n")).map {
        content.utf8[...$0].count
      }
      #expect(reader.wholeBytes == UInt64(whole ?? 0))
    }
  }

  @Test func `lines longer than what is read at once are whole`() async throws {
    let lengths = [1, 262_143, 262_144, 262_145, 900_000, 0, 3]
    let lines = lengths.map { String(repeating: "x", count: $0) }
    try await FileTree.with(["file": lines.map { $0 + "\n" }.joined()]) { tree in
      var reader = try LineReader(tree.root + "file")
      var read: [Int] = []
      while let line = try reader.next() { read.append(line.count) }
      #expect(read == lengths)
    }
  }

  @Test func `a line without end is not read to its end`() async throws {
    try await FileTree.with([:]) { tree in
      let path = tree.root + "file"
      _ = FileManager.default.createFile(atPath: path, contents: nil)
      // A hole: it takes no room on the disk.
      truncate(path, 1 << 40)
      var reader = try LineReader(path)
      #expect(throws: FileProblem(reason: "has a line of more than 16 MiB")) { try reader.next() }
    }
  }

  @Test func `a file that is not there is told apart`() {
    #expect(throws: FileProblem(reason: "No such file or directory", isMissing: true)) {
      _ = try LineReader("/nonexistent/file")
    }
  }
}
