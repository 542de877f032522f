/// A column of a table: its title, and what stands in it for each row.
struct Column<Row>: Sendable {
  let title: String
  let alignment: Table.Alignment
  /// A row's cell; nil where there is nothing to say.
  let text: @Sendable (Row) -> String?

  /// - Parameters:
  ///   - value: what the column shows of a row; nil where that is not known.
  ///   - format: how it is written.
  init<Value>(
    _ title: String, _ alignment: Table.Alignment = .right,
    value: @escaping @Sendable (Row) -> Value?,
    format: @escaping @Sendable (Value) -> String = { "\($0)" }
  ) {
    self.title = title
    self.alignment = alignment
    text = { row in value(row).map(format) }
  }

  private init(
    _ title: String, _ alignment: Table.Alignment, _ text: @escaping @Sendable (Row) -> String?
  ) {
    self.title = title
    self.alignment = alignment
    self.text = text
  }

  /// The same column of rows that have such a row in them.
  func of<Outer>(_ part: @escaping @Sendable (Outer) -> Row) -> Column<Outer> {
    Column<Outer>(title, alignment) { [text] in text(part($0)) }
  }
}

extension Table {
  /// - Parameter unknown: what stands in a cell that has nothing to say.
  init<Row>(_ rows: [Row], _ columns: [Column<Row>], unknown: String = "–") {
    self.init(columns.map { Heading($0.title, $0.alignment) })
    for row in rows { append(columns.map { $0.text(row) ?? unknown }) }
  }
}
