extension Table {
  /// RFC 4180, with lines ended by a line feed alone.
  public var csv: String {
    ([columns.map(\.title)] + rows).map { cells in
      cells.map { cell in
        // By scalars: a comma with an accent behind it is another character, and the same byte.
        cell.contains(where: \.isNewline)
          || cell.unicodeScalars.contains { [",", "\"", "\n", "\r"].contains($0) }
          ? "\"\(cell.prefixing("\"", with: "\""))\"" : cell
      }.joined(separator: ",") + "\n"
    }.joined()
  }
}

extension String {
  /// With `mark` in front of every `scalar`, whatever is combined with it.
  func prefixing(_ scalar: Unicode.Scalar, with mark: Unicode.Scalar) -> String {
    var prefixed = UnicodeScalarView()
    for each in unicodeScalars {
      if each == scalar { prefixed.append(mark) }
      prefixed.append(each)
    }
    return String(prefixed)
  }
}
