/// A piece of HTML. Words become markup here and nowhere else, escaped, so that none of a suite file's or
/// of a server's can be taken for a tag: there is no way to make one from a string.
///
/// ``text`` is well-formed XML, too: every element is closed, every attribute has its value in quotes.
struct Markup: Equatable, Sendable {
  private(set) var text: String

  private init(verbatim text: String) { self.text = text }

  init(_ words: String) { text = escapedMarkup(words) }

  /// An element.
  /// - Parameter attributes: in their order; without those that are nil.
  init(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:],
    @MarkupBuilder _ content: () -> Markup
  ) {
    text = "\(Self.start(name, attributes))>\(content().text)</\(name)>"
  }

  /// An element that never has anything in it: `input`, `meta`, a path of a picture.
  static func void(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?>
  ) -> Markup {
    Markup(verbatim: start(name, attributes) + "/>")
  }

  private static func start(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?>
  ) -> String {
    attributes.reduce(into: "<\(name)") { start, attribute in
      guard let value = attribute.value else { return }
      start += " \(attribute.key)=\"\(escapedMarkup(value))\""
    }
  }

  /// A picture as an element of the page.
  init(_ figure: Figure) { text = SVG(figure).element }

  /// Our own style sheet or script: what such an element has in it is not escaped in HTML, and ends at
  /// the first end tag.
  /// - Precondition: there is none in it.
  init(_ name: StaticString, source: String) {
    precondition(!source.contains("</"), "an end tag would end it")
    text = "<\(name)>\(source)</\(name)>"
  }

  /// Without end tags of tables that HTML lets be left out where a cell, row or body follows or nothing more
  /// (https://html.spec.whatwg.org/multipage/syntax.html#optional-tags), and so of paragraphs: of a page
  /// with many rows they are a twelfth. What looks like one here is one, since words are escaped.
  var withoutOptionalTags: String {
    let endings = [
      ("</td>", ""), ("</th>", ""), ("</tr>", ""), ("</tbody>", ""), ("</p><p", "<p"),
      ("</p></div>", "</div>"),
    ]
    return endings.reduce(text) { $0.replacing($1.0, with: $1.1) }
  }

  static func + (left: Markup, right: Markup) -> Markup { Markup(verbatim: left.text + right.text) }

  static let none = Markup("")

  static func joined(_ parts: [Markup]) -> Markup {
    Markup(verbatim: parts.map(\.text).joined())
  }
}

@resultBuilder
enum MarkupBuilder {
  static func buildExpression(_ words: String) -> Markup { Markup(words) }
  static func buildExpression(_ markup: Markup) -> Markup { markup }
  static func buildExpression(_ parts: [Markup]) -> Markup { .joined(parts) }
  static func buildBlock(_ parts: Markup...) -> Markup { .joined(parts) }
  static func buildOptional(_ part: Markup?) -> Markup { part ?? .none }
  static func buildEither(first: Markup) -> Markup { first }
  static func buildEither(second: Markup) -> Markup { second }
  static func buildArray(_ parts: [Markup]) -> Markup { .joined(parts) }
}
