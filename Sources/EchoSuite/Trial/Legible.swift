internal import EchoIO

/// What another process said, fit for a terminal and for a report: a line of printable characters.
///
/// This is the one way by which words of a server or a client come into messages, reports and files.
/// Sequences that would colour a terminal are left out; any other control character, and those that
/// turn the direction of text, become U+FFFD.
/// - Parameter most: characters to keep.
func legible(_ text: some StringProtocol, most: Int = mostLegible) -> String {
  let whole = String(text).unicodeScalars
  let looked = whole.prefix(most < longestCut ? scalarsLooked * (most + 1) : .max)
  let isCut = looked.endIndex != whole.endIndex
  let plain = String(looked).replacing(/\u{1b}\[[0-9:;<=>?]*[ -\/]*[@-~]/, with: "")
  let line = String(String.UnicodeScalarView(plain.unicodeScalars.map(printable)))
  let kept = line.prefix(most)
  return kept.endIndex < line.endIndex || isCut ? "\(kept)…" : line
}

/// Of what is cut, so many scalars are looked at for each character that is kept: some are left out.
private let scalarsLooked = 64
/// Who keeps as many characters as this, or more, has all looked at.
private let longestCut = 1 << 20

extension String {
  /// Whether nothing in it needs to be made legible.
  fileprivate var isLegible: Bool { unicodeScalars.allSatisfy { printable($0) == $0 } }

  /// Whether a terminal might do something else than show it, or a line of text be read in another order
  /// than it has (the explicit directions of https://www.unicode.org/reports/tr9/).
  var hasControlCharacters: Bool {
    unicodeScalars.contains { scalar in
      switch scalar {
      case "\u{202a}"..."\u{202e}", "\u{2066}"..."\u{2069}", "\u{2028}", "\u{2029}": true
      default: scalar.properties.generalCategory == .control
      }
    }
  }
}

extension Measurement {
  /// Makes the words of others legible where they are not: what was read may have been written by
  /// anybody, or by a version that kept them as they were.
  mutating func makeLegible() {
    switch outcome {
    case .ran: break
    case .failed(let reason) where !reason.isLegible: outcome = .failed(reason: legible(reason))
    case .unavailable(let reason) where !reason.isLegible:
      outcome = .unavailable(reason: legible(reason))
    case .failed, .unavailable: break
    }
    search?.makeLegible()
    guard let client else { return }
    let words = client.invalidReasons + [client.error ?? ""]
    guard !words.allSatisfy(\.isLegible) else { return }
    self.client?.invalidReasons = client.invalidReasons.map { legible($0) }
    self.client?.error = client.error.map { legible($0) }
  }
}

/// A cell of a table and a line of a terminal can still be read with so many characters.
let mostLegible = 300

private func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
  if scalar == "\t" { return " " }
  return switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: "\u{fffd}"
  default: scalar
  }
}

/// Bytes of what a process said that are looked through for a complaint: the last.
private let mostComplaints = 16 << 10

/// The line of what a process said that tells best why it ended: the last, unless a usage follows
/// its error, as with this very program. Nil when it said nothing.
func complaint(in errorText: String) -> String? {
  let end = String(decoding: errorText.utf8.suffix(mostComplaints), as: UTF8.self)
  let lines = end.split(whereSeparator: \.isNewline)
    .map { legible($0) }.filter { $0.contains { !$0.isWhitespace } }
  return lines.first { $0.hasPrefix("Error: ") } ?? lines.last
}
