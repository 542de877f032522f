internal import Yams

/// YAML whose aliases are followed by ``YAMLAliases``, and not by the parser. A few lines of them can
/// stand for more nodes than any memory holds, and the parser looks at all of those where one is a key.
///
/// To find them without following them, the parser is given another character for every `*`: what
/// would have been an alias is then plain text that begins with it, and everything else is what it
/// was. A character of the private use area, that the text does not have, stands in.
struct YAMLText {
  private let text: String
  private let asterisk: Character

  init(_ text: String) {
    let used = Set(text.unicodeScalars)
    let unused = (0xE000...0xF8FF).lazy.compactMap { Unicode.Scalar(UInt32($0)) }
      .first { !used.contains($0) }
    // A text that has them all is longer than what is read of a file.
    asterisk = Character(unused ?? "\u{F8FF}")
    self.text = text.replacing("*", with: String(asterisk))
  }

  /// The root, without aliases and merge keys; nil when there is none.
  /// - Throws: `YamlError`; `YAMLAliases.Problem`.
  func root() throws -> Node? {
    // The parser keeps the names of anchors, which nodes refer to weakly.
    let parser = try Parser(yaml: text)
    return try withExtendedLifetime(parser) {
      var aliases = YAMLAliases(asterisk: asterisk)
      return try parser.singleRoot().map { try aliases.followed($0) }
    }
  }

  /// What a message of the parser says, with the text as it was.
  func restored(_ message: String) -> String { message.replacing(String(asterisk), with: "*") }
}
