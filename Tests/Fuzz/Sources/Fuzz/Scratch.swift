import Foundation

/// Files for parsers that read files: in a folder that `scripts/fuzz` makes, in memory, and removes.
enum Scratch {
  private static let folder =
    ProcessInfo.processInfo.environment["ECHOBENCH_FUZZ_FOLDER"] ?? NSTemporaryDirectory()

  static func path(_ name: String) -> String { "\(folder)/\(name)" }

  static func write(_ bytes: [UInt8], to name: String) {
    let file = open(path(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0, Glibc.write(file, bytes, bytes.count) == bytes.count else {
      complain("cannot write \(path(name))")
      // Not a case that breaks anything.
      exit(2)
    }
    close(file)
  }

  static func write(_ text: String, to name: String) { write(Array(text.utf8), to: name) }

  /// Makes a folder of a text: files, each below a line `== PATH`. What else is there goes.
  static func fill(_ name: String, with text: String) {
    try? FileManager.default.removeItem(atPath: path(name))
    for part in text.components(separatedBy: "== ").dropFirst().prefix(40) {
      let head = part.prefix { $0 != "\n" }
      let names = head.split(separator: "/")
      guard !names.isEmpty, head.utf8.count < 200, !head.utf8.contains(0),
        !names.contains(where: { $0 == ".." || $0 == "." || $0.utf8.count > 100 })
      else { continue }
      let place = ([name] + names.dropLast().map(String.init)).joined(separator: "/")
      try? FileManager.default.createDirectory(
        atPath: path(place), withIntermediateDirectories: true)
      let file = "\(path(place))/\(names.last!)"
      try? Data(part.dropFirst(head.count + 1).utf8).write(to: URL(filePath: file))
    }
  }
}
