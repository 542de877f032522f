/// How a terminal shows text.
public struct TerminalStyle: Equatable, Sendable {
  /// Columns to use.
  public let width: Int
  /// Without characters beyond ASCII, for a locale that is not UTF-8.
  public let isASCII: Bool
  public let hasColour: Bool

  public init(width: Int, isASCII: Bool, hasColour: Bool) {
    self.width = width
    self.isASCII = isASCII
    self.hasColour = hasColour
  }

  /// From the environment, by POSIX's order of the variables of a locale: the first that is not empty
  /// decides, and without any it is the C locale.
  public init(width: Int, environment: [String: String]) {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }
      .first { !$0.isEmpty }
    let name = (locale ?? "").lowercased().replacing("-", with: "")
    self.init(
      width: width, isASCII: !name.contains("utf8"),
      hasColour: (environment["NO_COLOR"] ?? "").isEmpty)
  }

  /// Longer lines are hard to read, and tables need no more.
  static let mostColumns = 100

  var columns: Int { max(20, min(width, Self.mostColumns)) }

  var symbols: VerdictSymbols { isASCII ? .ascii : .unicode }

  /// Words as this terminal shows them: on one line, and where it has to be in ASCII.
  func plain(_ words: String) -> String {
    let line = legible(words)
    guard isASCII else { return line }
    let replaced = Self.asciiForms.reduce(line) { $0.replacing($1.0, with: $1.1) }
    return String(String.UnicodeScalarView(replaced.unicodeScalars.map { $0.isASCII ? $0 : "?" }))
  }

  private static let asciiForms = [
    ("µ", "u"), ("–", "-"), ("×", "x"), ("±", "+-"), ("÷", "/"), ("…", "..."), ("≈", "~"),
    ("▲", "^"), ("▼", "v"), ("✕", "x"),
  ]

  enum Colour: String {
    case bold = "1"
    case better = "34"
    case worse = "33"
    case faint = "2"
  }

  /// Said by a mark, too: a colour alone says nothing.
  func painted(_ text: String, _ colour: Colour?) -> String {
    guard hasColour, let colour, !text.isEmpty else { return text }
    return "\u{1b}[\(colour.rawValue)m\(text)\u{1b}[0m"
  }

  /// In lines of so many columns, broken between words.
  func wrapped(_ words: String, indent: String = "") -> [String] {
    var lines: [String] = []
    var line = ""
    for word in plain(words).split(separator: " ") {
      let longer = line.isEmpty ? String(word) : "\(line) \(word)"
      if longer.terminalColumns <= columns - (lines.isEmpty ? 0 : indent.count) || line.isEmpty {
        line = longer
      } else {
        lines.append((lines.isEmpty ? "" : indent) + line)
        line = String(word)
      }
    }
    return lines + (line.isEmpty ? [] : [(lines.isEmpty ? "" : indent) + line])
  }
}

extension String {
  /// How many columns a terminal shows it in.
  var terminalColumns: Int { unicodeScalars.reduce(0) { $0 + $1.terminalColumns } }

  /// As much of it as fits, with a mark where something is missing.
  func clipped(to columns: Int, mark: String) -> String {
    guard terminalColumns > columns else { return self }
    var used = mark.terminalColumns
    let kept = prefix { character in
      used += String(character).terminalColumns
      return used <= columns
    }
    return used - mark.terminalColumns > 0 && columns >= mark.terminalColumns ? kept + mark : ""
  }
}

extension Unicode.Scalar {
  /// Two of what Unicode's Standard Annex 11 calls wide, none of what is written over the character before.
  fileprivate var terminalColumns: Int {
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: break
    }
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}

/// A bar of up to `columns` columns for a share of 1, to an eighth of a column; in ASCII to a whole one.
func bar(_ share: Double, columns: Int, isASCII: Bool) -> String {
  let share = min(1, max(0, share))
  guard !isASCII else {
    return String(repeating: "#", count: Int((share * Double(columns)).rounded()))
  }
  let eighths = Int((share * Double(columns * 8)).rounded())
  let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
  return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
}
