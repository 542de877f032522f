internal import Foundation

extension Document {
  /// GitHub's flavour: a blank line between blocks, none at the end.
  var markdown: String { blocks.map(\.markdown).joined(separator: "\n\n") + "\n" }
}

extension Document.Block {
  fileprivate var markdown: String {
    switch self {
    case .heading(let words, let level):
      String(repeating: "#", count: level) + " " + withoutMarkup(words)
    case .paragraph(let text): text.markdown.trimmingCharacters(in: .newlines)
    case .list(let items): items.map { "- \($0.markdown)" }.joined(separator: "\n")
    case .table(let table): table.markdown.trimmingCharacters(in: .newlines)
    case .figure(let figure):
      "![\(bracketed(figure.title))](\(destination("\(figure.name).svg")))"
        + (figure.caption == "" ? "" : "\n\n\(figure.caption.markdown)")
    case .details(let summary, let blocks):
      "<details>\n<summary>\(escapedMarkup(summary))</summary>\n\n"
        + blocks.map(\.markdown).joined(separator: "\n\n") + "\n\n</details>"
    }
  }
}

extension Text {
  fileprivate var markdown: String {
    spans.map { span in
      switch span.style {
      case .plain: withoutMarkup(span.words)
      case .strong: "**\(withoutMarkup(span.words))**"
      case .emphasis: "*\(withoutMarkup(span.words))*"
      case .code: code(span.words)
      }
    }.joined()
  }
}

extension Table {
  /// Padded, so that the source reads as a table too.
  public var markdown: String {
    let escaped = rows.map { $0.map(Self.escaped) }
    let titles = columns.map { Self.escaped($0.title) }
    let widths = columns.indices.map { column in
      ([titles[column]] + escaped.map { $0[column] }).map(\.count).max() ?? 0
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
    return line(titles) + "| " + rule.joined(separator: " | ") + " |\n"
      + escaped.map(line).joined()
  }

  /// A cell of a Markdown table ends with its line, or at a bar.
  private static func escaped(_ cell: String) -> String {
    withoutLinks(String(cell.map { $0.isNewline ? " " : $0 })).prefixing("|", with: "\\")
  }
}

/// A name or a reason may look like HTML, which would be taken for a tag or begin a comment that hides what
/// follows. A `<` that begins nothing stays as it is (CommonMark, 6.6). A backslash that would take the meaning from
/// the next sign, or from one of ours, is one of two (2.4).
///
/// By scalars: a letter with an accent behind it is another character, and a tag all the same.
private func withoutTags(_ words: String) -> String {
  words.replacing(/\\(?=[!-\/:-@\[-`{-~]|$)/.matchingSemantics(.unicodeScalar), with: "\\\\")
    .replacing(/<(?=[A-Za-z\/!?])/.matchingSemantics(.unicodeScalar), with: "\\<")
}

/// Nor may words become a link or a picture, which a browser would fetch: what would end its text is told to be a
/// bracket (CommonMark, 6.3).
private func withoutLinks(_ words: String) -> String {
  withoutTags(words)
    .replacing(/\](?=[(\[])/.matchingSemantics(.unicodeScalar), with: "\\]")
}

/// Nor define where one leads, as a paragraph might (4.7).
private func withoutMarkup(_ words: String) -> String {
  withoutLinks(words)
    .replacing(/\](?=:)/.matchingSemantics(.unicodeScalar), with: "\\]")
}

/// Code between more backticks than it has side by side (CommonMark, 6.1).
private func code(_ words: String) -> String {
  let longest = words.matches(of: /`+/).map(\.output.count).max() ?? 0
  guard longest > 0 else { return "`\(words)`" }
  let fence = String(repeating: "`", count: longest + 1)
  return "\(fence) \(words) \(fence)"
}

/// A path in a link: in angle brackets where it has what would end it (CommonMark, 6.3).
private func destination(_ path: String) -> String {
  path.contains { " ()".contains($0) } ? "<\(path)>" : path
}

/// As the text of a picture, which ends at a bracket.
private func bracketed(_ words: String) -> String {
  withoutTags(words)
    .replacing(/[\[\]]/.matchingSemantics(.unicodeScalar)) { "\\\($0.output)" }
}
