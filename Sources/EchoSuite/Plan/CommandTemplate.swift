/// A command with places in it, such as `serve --listen {address}`.
///
/// A place is a name in braces, of small letters and `_`. All other braces are the command's own:
/// `${HOME}`, `{}`. `{{` stands for `{`, and the `}}` that belongs to it for `}`, so that
/// `{{address}}` is `{address}` in what runs; a `}}` to which no `{{` belongs is the command's own, too,
/// as in `${A:-${B}}`.
struct CommandTemplate {
  private enum Piece {
    case text(String)
    case place(String)
  }

  private let pieces: [Piece]

  init(_ command: String) {
    var pieces: [Piece] = []
    var (rest, text, open) = (command[...], "", 0)
    while let character = rest.first {
      if rest.hasPrefix("{{") {
        (text, open, rest) = (text + "{", open + 1, rest.dropFirst(2))
      } else if open > 0, rest.hasPrefix("}}") {
        (text, open, rest) = (text + "}", open - 1, rest.dropFirst(2))
      } else if character == "{", let place = rest.prefixMatch(of: /\{([a-z_]+)\}/) {
        pieces += [.text(text), .place(String(place.output.1))]
        (text, rest) = ("", rest[place.range.upperBound...])
      } else {
        text.append(character)
        rest.removeFirst()
      }
    }
    self.pieces = pieces + [.text(text)]
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
