extension Table {
  /// RFC 4180, with lines ended by a line feed alone.
  public var csv: String {
    ([columns.map(\.title)] + rows).map { cells in
      cells.map(Self.field).joined(separator: ",") + "\n"
    }.joined()
  }

  private static func field(_ cell: String) -> String {
    let cell = withoutFormula(cell)
    // By scalars: a comma with an accent behind it is another character, and a comma all the same.
    return cell.unicodeScalars.contains { ",\"".unicodeScalars.contains($0) || isNewline($0) }
      ? "\"\(cell.prefixing("\"", with: "\""))\"" : cell
  }

  private static func isNewline(_ scalar: Unicode.Scalar) -> Bool { Character(scalar).isNewline }

  /// A spreadsheet reads what begins so as a formula, which may fetch and run: an apostrophe in front makes it words
  /// again (https://owasp.org/www-community/attacks/CSV_Injection). A number is none.
  private static func withoutFormula(_ cell: String) -> String {
    guard let first = cell.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first),
      Double(cell) == nil
    else { return cell }
    return "'" + cell
  }
}

extension String {
  /// With a text in the place of every `scalar`, whatever is combined with it.
  func replacingEach(_ scalar: Unicode.Scalar, with text: String) -> String {
    var replaced = UnicodeScalarView()
    for each in unicodeScalars {
      if each == scalar {
        replaced.append(contentsOf: text.unicodeScalars)
      } else {
        replaced.append(each)
      }
    }
    return String(replaced)
  }

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
