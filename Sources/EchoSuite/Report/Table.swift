/// A table of text, rendered as Markdown or CSV.
public struct Table: Equatable, Sendable {
  public enum Alignment: Sendable { case left, right }

  public struct Column: Equatable, Sendable {
    public let title: String
    public let alignment: Alignment

    public init(_ title: String, _ alignment: Alignment = .right) {
      self.title = title
      self.alignment = alignment
    }
  }

  public let columns: [Column]
  public private(set) var rows: [[String]] = []

  public init(_ columns: [Column]) {
    self.columns = columns
  }

  /// - Precondition: as many cells as columns.
  public mutating func append(_ cells: [String]) {
    precondition(cells.count == columns.count, "a row has a cell for every column")
    rows.append(cells)
  }

  /// GitHub's flavour, padded so that the source reads as a table too.
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

  /// RFC 4180, with lines ended by a line feed alone.
  public var csv: String {
    ([columns.map(\.title)] + rows).map { cells in
      cells.map { cell in
        cell.contains { $0 == "," || $0 == "\"" || $0.isNewline }
          ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell
      }.joined(separator: ",") + "\n"
    }.joined()
  }
}
