/// A command with places in it, such as `serve --listen {address}`.
///
/// A place is a name in braces, of small letters and `_`. All other braces are the command's own:
/// `${HOME}`, `{}`. `{{` stands for `{`, and the `}}` that belongs to it for `}`, so that
/// `{{address}}` is `{address}` in what runs; a `}}` to which no `{{` belongs is the command's own, too,
/// as in `${A:-${B}}`. By scalars: a brace with an accent behind it is a brace all the same.
struct CommandTemplate {
  private enum Piece {
    case text(String)
    case place(String)
  }

  private let pieces: [Piece]

  /// Bytes of a command that can be run: a shell gets it as one word (MAX_ARG_STRLEN, execve(2)).
  static let longest = 131_071

  /// Why a command is too long to be looked at, in a sentence; nil when it is not.
  static func problem(ofLength command: String) -> String? {
    guard command.utf8.count > longest else { return nil }
    return "the command must have at most \(longest) bytes, or no shell can be given it (execve(2))"
  }

  init(_ command: String) {
    var (pieces, open) = ([Piece](), 0)
    var text = String.UnicodeScalarView()
    var rest = command.unicodeScalars[...]
    while let scalar = rest.first {
      if rest.starts(with: "{{".unicodeScalars) {
        text.append("{")
        (open, rest) = (open + 1, rest.dropFirst(2))
      } else if open > 0, rest.starts(with: "}}".unicodeScalars) {
        text.append("}")
        (open, rest) = (open - 1, rest.dropFirst(2))
      } else if scalar == "{", let place = Self.place(at: rest) {
        pieces += [.text(String(text)), .place(String(place))]
        (text, rest) = (.init(), rest[place.endIndex...].dropFirst())
      } else {
        text.append(scalar)
        rest.removeFirst()
      }
    }
    self.pieces = pieces + [.text(String(text))]
  }

  /// The name in the braces that a text begins with; nil where that is no place.
  private static func place(
    at rest: Substring.UnicodeScalarView
  ) -> Substring.UnicodeScalarView? {
    let name = rest.dropFirst().prefix {
      $0 == "_" || ("a"..."z" as ClosedRange<Unicode.Scalar>) ~= $0
    }
    return !name.isEmpty && rest[name.endIndex...].first == "}" ? name : nil
  }

  /// In their order, as often as they stand there.
  var places: [String] {
    pieces.compactMap { if case .place(let name) = $0 { name } else { nil } }
  }

  /// The command with a value in each place, where it has one.
  func filled(_ value: (_ place: String) -> String?) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .place(let name): value(name) ?? "{\(name)}"
      }
    }.joined()
  }

  /// Why it cannot be used, in a sentence, when it has a place that is none of these; else nil.
  func problem(knowing known: [String]) -> String? {
    guard let unknown = places.first(where: { !known.contains($0) }) else { return nil }
    return "there is no placeholder {\(unknown)}; there are"
      + " \(known.map { "{\($0)}" }.joined(separator: ", ")). Braces that stay are written twice:"
      + " {{\(unknown)}}"
  }
}
