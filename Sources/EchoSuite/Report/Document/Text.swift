/// Words of a document, some of them set apart; a literal is read as plain words, and
/// `"\(strong: "MB/s") is…"` sets some apart.
struct Text: Equatable, Sendable {
  enum Style: Sendable {
    case plain
    /// What a reader looks for: the name of a column that is explained.
    case strong
    /// A word that stands for itself: a verdict, a state.
    case emphasis
    /// What stands in a table or on the command line in just these letters.
    case code
  }

  struct Span: Equatable, Sendable {
    fileprivate(set) var words: String
    let style: Style
  }

  /// In their order; no two neighbours are of one style.
  private(set) var spans: [Span] = []

  /// Without what sets some of them apart.
  var words: String { spans.map(\.words).joined() }

  init(_ words: String, _ style: Style = .plain) {
    append(words, style)
  }

  static func + (left: Text, right: Text) -> Text {
    var sum = left
    for span in right.spans { sum.append(span.words, span.style) }
    return sum
  }

  fileprivate mutating func append(_ words: String, _ style: Style) {
    guard !words.isEmpty else { return }
    if let last = spans.indices.last, spans[last].style == style {
      spans[last].words += words
    } else {
      spans.append(Span(words: words, style: style))
    }
  }
}

extension Text: ExpressibleByStringInterpolation {
  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = Text("")

    init(literalCapacity: Int, interpolationCount: Int) {}

    mutating func appendLiteral(_ words: String) { text.append(words, .plain) }
    mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      text.append("\(value)", .plain)
    }
    mutating func appendInterpolation(_ other: Text) { text = text + other }
    mutating func appendInterpolation(strong words: String) { text.append(words, .strong) }
    mutating func appendInterpolation(emphasis words: String) { text.append(words, .emphasis) }
    mutating func appendInterpolation(code words: String) { text.append(words, .code) }
  }

  init(stringLiteral words: String) {
    self.init(words)
  }

  init(stringInterpolation: StringInterpolation) {
    self = stringInterpolation.text
  }
}
