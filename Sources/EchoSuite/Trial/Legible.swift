/// What another process said, fit for a terminal and for a report: a line of printable characters.
///
/// This is the one way by which words of a server or a client come into messages, reports and files.
/// Sequences that would colour a terminal are left out; any other control character, and those that
/// turn the direction of text, become U+FFFD.
func legible(_ text: some StringProtocol) -> String {
  let plain = String(text).replacing(/\u{1b}\[[0-9:;<=>?]*[ -\/]*[@-~]/, with: "")
  let line = String(String.UnicodeScalarView(plain.unicodeScalars.map(printable)))
  let kept = line.prefix(mostLegible)
  return kept.count < line.count ? "\(kept)…" : line
}

/// A cell of a table and a line of a terminal can still be read with so many characters.
private let mostLegible = 300

private func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
  if scalar == "\t" { return " " }
  return switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: "\u{fffd}"
  default: scalar
  }
}

/// The line of what a process said that tells best why it ended: the last, unless a usage follows
/// its error, as with this very program. Nil when it said nothing.
func complaint(in errorText: String) -> String? {
  let lines = errorText.split(whereSeparator: \.isNewline)
    .map { legible($0) }.filter { $0.contains { !$0.isWhitespace } }
  return lines.first { $0.hasPrefix("Error: ") } ?? lines.last
}
