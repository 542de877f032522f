extension Table {
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
