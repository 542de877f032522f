internal import Foundation

extension Document {
  /// GitHub's flavour: a blank line between blocks, none at the end.
  var markdown: String { blocks.map(\.markdown).joined(separator: "\n\n") + "\n" }
}

extension Document.Block {
  fileprivate var markdown: String {
    switch self {
    case .heading(let words, let level): String(repeating: "#", count: level) + " " + words
    case .paragraph(let text): text.markdown.trimmingCharacters(in: .newlines)
    case .list(let items): items.map { "- \($0.markdown)" }.joined(separator: "\n")
    case .table(let table): table.markdown.trimmingCharacters(in: .newlines)
    case .figure(let figure):
      "![\(figure.title)](\(figure.name).svg)"
        + (figure.caption == "" ? "" : "\n\n\(figure.caption.markdown)")
    case .details(let summary, let blocks):
      "<details>\n<summary>\(summary)</summary>\n\n"
        + blocks.map(\.markdown).joined(separator: "\n\n") + "\n\n</details>"
    }
  }
}

extension Text {
  fileprivate var markdown: String {
    spans.map { span in
      switch span.style {
      case .plain: span.words
      case .strong: "**\(span.words)**"
      case .emphasis: "*\(span.words)*"
      case .code: "`\(span.words)`"
      }
    }.joined()
  }
}

extension Table {
  /// Padded, so that the source reads as a table too.
  public var markdown: String {
    let escaped = rows.map { $0.map(Self.escaped) }
    let widths = columns.indices.map { column in
      ([columns[column].title] + escaped.map { $0[column] }).map(\.count).max() ?? 0
    }
    let line = { (cells: [String]) in
      "| "
        + zip(cells, columns.indices).map { cell, column in
          let padding = String(repeating: " ", count: widths[column] - cell.count)
          return columns[column].alignment == .left ? cell + padding : padding + cell
        }.joined(separator: " | ") + " |\n"
    }
    let rule = columns.indices.map { column in
      let dashes = String(repeating: "-", count: max(2, widths[column]) - 1)
      return columns[column].alignment == .left ? ":" + dashes : dashes + ":"
    }
    return line(columns.map(\.title)) + "| " + rule.joined(separator: " | ") + " |\n"
      + escaped.map(line).joined()
  }

  /// A cell of a Markdown table ends with its line, or at a bar.
  private static func escaped(_ cell: String) -> String {
    String(cell.map { $0.isNewline ? " " : $0 }).replacing("|", with: "\\|")
  }
}
