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

  /// Writes text to a file, which is not there to be read before it is whole.
  static func write(_ text: String, toFile path: String) throws {
    do {
      try replaceFile(at: path, with: Data(text.utf8))
    } catch {
      throw RunError("write \(path): \(error.fileReason).")
    }
  }

  /// A line for the person at the terminal.
  static func note(_ text: String) {
    write(toPerson: "echobench: \(text)\n")
  }

  /// To standard error as it is; that nobody reads it is no error. Who does has a second.
  static func write(toPerson text: String) {
    try? writeWhole(text, to: STDERR_FILENO, patience: .seconds(1))
  }

  /// False once the reader of standard output has gone away.
  static var hasReader: Bool {
    var entry = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
    return unsafe poll(&entry, 1, 0) <= 0 || Int32(entry.revents) & POLLERR == 0
  }

  /// A reader that has gone away, as `head` does, is no error.
  private static func print(_ text: String) throws {
    do throws(SystemError) {
      try writeWhole(text, to: STDOUT_FILENO)
    } catch {
      guard error.errno != EPIPE else { return }
      throw RunError("write to standard output: \(error.reason).")
    }
  }

  /// One JSON object on a line of its own, its keys sorted.
  static func line(json value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }
}
