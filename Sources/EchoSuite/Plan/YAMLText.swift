internal import Yams

/// YAML without aliases. A few lines of them can stand for more nodes than any memory holds, and the
/// parser looks at all of those where one is a key; a suite file does not need any.
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

  /// The root; nil when there is none.
  /// - Throws: `YamlError`; `AliasFound`.
  func root() throws -> Node? {
    try Yams.compose(yaml: text).map(restored)
  }

  /// Where an alias stands.
  struct AliasFound: Error {
    let line: Int?
  }

  /// What a message of the parser says, with the text as it was.
  func restored(_ message: String) -> String { message.replacing(String(asterisk), with: "*") }

  private func restored(_ node: Node) throws -> Node {
    switch node {
    case .scalar(var scalar):
      guard scalar.style != .plain || scalar.string.first != asterisk else {
        throw AliasFound(line: scalar.mark?.line)
      }
      scalar.string = restored(scalar.string)
      return .scalar(scalar)
    case .sequence(let sequence):
      return .sequence(
        .init(try sequence.map(restored), sequence.tag, sequence.style, sequence.mark))
    case .mapping(let mapping):
      let pairs = try mapping.map { (try restored($0.key), try restored($0.value)) }
      return .mapping(.init(pairs, mapping.tag, mapping.style, mapping.mark))
    case .alias(let alias):
      throw AliasFound(line: alias.mark?.line)
    }
  }
}
