extension Markup {
  /// Blocks of a document, as they are in a page.
  /// - Parameter lowered: by how many levels its headings stand below those of the document.
  init(_ blocks: [Document.Block], lowered: Int = 0) {
    self = .joined(blocks.map { Markup($0, lowered: lowered) })
  }

  private init(_ block: Document.Block, lowered: Int) {
    switch block {
    case .heading(let words, let level): self = .heading(words, level: level + lowered)
    case .paragraph(let text): self.init("p") { Markup(text) }
    case .list(let items): self.init("ul") { items.map { item in Markup("li") { Markup(item) } } }
    case .table(let table): self.init(table)
    case .figure(let figure): self = .figure(figure)
    case .details(let summary, let blocks):
      self.init("details") {
        Markup("summary") { summary }
        Markup(blocks, lowered: lowered)
      }
    }
  }

  init(_ text: Text) {
    self = .joined(
      text.spans.map { span in
        switch span.style {
        case .plain: Markup(span.words)
        case .strong: Markup("b") { span.words }
        case .emphasis: Markup("em") { span.words }
        case .code: Markup("code") { span.words }
        }
      })
  }

  /// A picture, and how it is to be read, where that is not said of several at once.
  /// - Parameter place: of the situations in the picker that it is of.
  static func figure(_ figure: Figure, at place: String? = nil) -> Markup {
    Markup("figure", ["data-at": place]) {
      Markup(figure)
      if !figure.caption.spans.isEmpty { Markup("figcaption") { Markup(figure.caption) } }
    }
  }

  static func heading(_ words: String, level: Int) -> Markup {
    switch level {
    case ...1: Markup("h1") { words }
    case 2: Markup("h2") { words }
    case 3: Markup("h3") { words }
    default: Markup("h4") { words }
    }
  }

  /// Letters beyond which a cell is a sentence, for which a column is not to be squeezed.
  private static let wordCell = 60

  /// A table of a document, which can be scrolled by itself where it is too wide.
  private init(_ table: Table) {
    let alignment = table.columns.map { $0.alignment == .right ? "num" : nil }
    self.init("div", ["class": "scroll", "tabindex": "0", "role": "group", "aria-label": "Table"]) {
      Markup("table") {
        Markup("thead") {
          Markup("tr") {
            zip(table.columns, alignment).map { column, alignment in
              Markup("th", ["scope": "col", "class": alignment]) { column.title }
            }
          }
        }
        Markup("tbody") {
          table.rows.map { row in
            Markup("tr") {
              zip(row, alignment).map { cell, alignment in
                Markup("td", ["class": cell.count > Self.wordCell ? "words" : alignment]) { cell }
              }
            }
          }
        }
      }
    }
  }
}
