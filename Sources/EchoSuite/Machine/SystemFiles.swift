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

  /// All lines of a file that have anything in them.
  func allLines(_ path: String) -> [String] { lines(path).map(String.init) }

  /// How many lines are such.
  func count(of path: String, where isSuch: (Substring) -> Bool) -> Int {
    lines(path).count(where: isSuch)
  }

  /// The first word of a file, as a number that is not negative.
  func number(_ path: String) -> Int? {
    words(path).first.flatMap { Int($0) }.flatMap { $0 < 0 ? nil : $0 }
  }

  /// A value of /proc/meminfo, which counts in units of 1024 bytes, whatever its "kB" says.
  func kibibytes(_ key: String) -> Int? {
    value(key, in: "proc/meminfo", separator: ":")?.split(separator: " ").first.flatMap {
      Int($0)
    }.flatMap { (0...Self.mostKibibytes).contains($0) ? $0 : nil }
  }

  /// More than any machine has: what is beyond is nonsense, and could not be turned into bytes.
  private static let mostKibibytes = 1 << 50

  func isThere(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(root)/\(path)")
  }

  /// The processes that /proc lists.
  var processes: [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/proc")) ?? []
    return Set(names.compactMap { Int32($0) }).sorted()
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
