internal import EchoIO
internal import EchoSuite
internal import Foundation

/// The two streams. Results go to standard output, everything else to standard error.
enum Output {
  /// Writes text to standard output at once (`print` into a pipe is held back in blocks), or to
  /// a file.
  static func write(_ text: String, to path: String? = nil) throws {
    guard let path else { return try print(text) }
    do {
      try replaceFile(at: path, with: Data(text.utf8))
    } catch {
      try print(text)
      throw RunError(
        "write \(path): \(error.fileReason). The report went to standard output.")
    }
  }

  /// A line for the person at the terminal.
  static func note(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data("echobench: \(text)\n".utf8))
  }

  /// True when a descriptor is a terminal: somebody may be watching.
  static func isTerminal(_ descriptor: Int32) -> Bool {
    isatty(descriptor) == 1
  }

  /// A reader that has gone away, as `head` does, is no error.
  private static func print(_ text: String) throws {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    } catch {
      guard error.errorNumber != EPIPE else { return }
      throw RunError("write to standard output: \(error.fileReason).")
    }
  }

  /// One JSON object on a line of its own, its keys sorted.
  static func line(json value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }
}
