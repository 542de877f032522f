import FoundationEssentials

/// A temporary folder with the files a test needs.
struct FileTree {
  let root: String

  /// Runs `body` over a folder with these files (path: content), and removes the folder.
  static func with<Result>(
    _ files: [String: String], _ body: (FileTree) async throws -> Result
  ) async throws -> Result {
    let folder = Self.parent
      .appending(path: "echobench-\(UInt64.random(in: 0 ... .max))", directoryHint: .isDirectory)
    let tree = FileTree(root: folder.path(percentEncoded: false))
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (path, content) in files { try tree.write(content, to: path) }
    return try await body(tree)
  }

  /// In memory where Linux offers that: a suite's log flushes every line, and a thousand of them
  /// would wait for a busy disk.
  private static let parent =
    FileManager.default.isWritableFile(atPath: "/dev/shm")
    ? URL(filePath: "/dev/shm", directoryHint: .isDirectory)
    : FileManager.default.temporaryDirectory

  /// Writes one file, and creates the folders it lies in.
  func write(_ content: String, to path: String) throws {
    let file = URL(filePath: root).appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(content.utf8).write(to: file)
  }

  func read(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: root).appending(path: path)), as: UTF8.self)
  }
}
