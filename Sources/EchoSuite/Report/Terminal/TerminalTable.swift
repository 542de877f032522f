/// A table as a terminal shows it: columns side by side, of which the least important go where there is
/// no room.
struct TerminalTable {
  struct Column {
    let title: String
    var alignment: Table.Alignment = .right
    /// The lowest go first where a line is too long; nil for what always stays.
    var rank: Int?
    let cells: [Cell]
  }

  struct Cell {
    let text: String
    var colour: TerminalStyle.Colour?

    init(_ text: String, _ colour: TerminalStyle.Colour? = nil) {
      self.text = text
      self.colour = colour
    }
  }

  let columns: [Column]
  let style: TerminalStyle

  private static let gap = "  "

  /// The titles, and a line for each row.
  var lines: [String] {
    let shown = fitting
    let widths = shown.map(Self.width)
    let rows = shown.first?.cells.count ?? 0
    let titles = line(zip(shown, widths).map { (Cell(style.plain($0.title), .faint), $0, $1) })
    return [titles]
      + (0..<rows).map { row in
        line(zip(shown, widths).map { column, width in (column.cells[row], column, width) })
      }
  }

  /// Without those that there is no room for.
  private var fitting: [Column] {
    var shown = columns.map { column in
      Column(
        title: style.plain(column.title), alignment: column.alignment, rank: column.rank,
        cells: column.cells.map { Cell(style.plain($0.text), $0.colour) })
    }
    while Self.width(shown) > style.columns {
      let ranked = shown.indices.filter { shown[$0].rank != nil }
      guard let least = ranked.min(by: { (shown[$0].rank ?? 0) < (shown[$1].rank ?? 0) }) else {
        break
      }
      shown.remove(at: least)
    }
    return shown
  }

  /// Of a line, were there room for it.
  static func width(_ columns: [Column]) -> Int {
    columns.map(width).reduce(gap.count * max(0, columns.count - 1), +)
  }

  private static func width(_ column: Column) -> Int {
    ([column.title] + column.cells.map(\.text)).map(\.terminalColumns).max() ?? 0
  }

  /// Clipped at the end of the line; colours are no columns.
  private func line(_ cells: [(cell: Cell, column: Column, width: Int)]) -> String {
    var (text, used) = ("", 0)
    for (index, part) in cells.enumerated() {
      let gap = index == 0 ? "" : Self.gap
      let left = style.columns - used - gap.count
      guard left > 0 else { break }
      let words = part.cell.text.clipped(to: left, mark: style.isASCII ? "..." : "…")
      let padding = String(
        repeating: " ", count: max(0, min(left, part.width) - words.terminalColumns))
      let painted = style.painted(words, part.cell.colour)
      text += gap + (part.column.alignment == .left ? painted + padding : padding + painted)
      used += gap.count + max(min(left, part.width), words.terminalColumns)
    }
    return String(text.reversed().drop { $0 == " " }.reversed())
  }
}
