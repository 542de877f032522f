/// A table of text: headings, and rows with a cell for each.
public struct Table: Equatable, Sendable {
  public enum Alignment: Sendable { case left, right }

  /// What stands above a column, and where its cells are put.
  public struct Heading: Equatable, Sendable {
    public let title: String
    public let alignment: Alignment

    public init(_ title: String, _ alignment: Alignment = .right) {
      self.title = title
      self.alignment = alignment
    }
  }

  public let columns: [Heading]
  public private(set) var rows: [[String]] = []

  public init(_ columns: [Heading]) {
    self.columns = columns
  }

  /// - Precondition: as many cells as columns.
  public mutating func append(_ cells: [String]) {
    precondition(cells.count == columns.count, "a row has a cell for every column")
    rows.append(cells)
  }
}
