import FoundationEssentials

/// The small text files in which the kernel and the distribution describe themselves.
///
/// A file that is missing, unreadable or empty gives nothing: no description fails for it.
struct SystemFiles: Sendable {
  /// The folder that all paths are relative to: "/", or a copy of parts of it.
  let root: String

  /// The first line of a file, without the blanks around it.
  func line(_ path: String) -> String? {
    lines(path).first.flatMap(trimmed)
  }

  /// The words of a file's first line.
  func words(_ path: String) -> [String] {
    (line(path) ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
  }

  /// What follows the first line of the form `key separator value`.
  func value(_ key: String, in path: String, separator: Character) -> String? {
    for line in lines(path) {
      let parts = line.split(separator: separator, maxSplits: 1)
      if parts.count == 2, trimmed(parts[0]) == key { return trimmed(parts[1]) }
    }
    return nil
  }

  private func lines(_ path: String) -> [Substring] {
    guard let content = FileManager.default.contents(atPath: "\(root)/\(path)") else { return [] }
    return String(decoding: content, as: UTF8.self).split(separator: "\n")
  }

  private func trimmed(_ text: Substring) -> String? {
    guard let first = text.firstIndex(where: { !$0.isWhitespace }),
      let last = text.lastIndex(where: { !$0.isWhitespace })
    else { return nil }
    return String(text[first...last])
  }
}
