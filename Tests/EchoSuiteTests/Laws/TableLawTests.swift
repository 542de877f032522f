import Laws
import Testing

@testable import EchoSuite

/// What stands in a cell stays in it, whatever it is.
struct TableLawTests {
  @Test func `a table in CSV is read back as it was`() throws {
    try forAll(300) {
      $0.table()
    } holds: { table in
      let read = CSVText(table.csv).records
      try holdEqual(
        read, ([table.columns.map(\.title)] + table.rows).map { $0.map(withoutFormula) })
    }
  }

  /// What a spreadsheet would run has an apostrophe in front.
  private func withoutFormula(_ cell: String) -> String {
    let signs: [Unicode.Scalar] = ["=", "+", "-", "@", "\t", "\r"]
    let isFormula = cell.unicodeScalars.first.map(signs.contains) ?? false
    return isFormula && Double(cell) == nil ? "'" + cell : cell
  }

  @Test func `a table in Markdown has a line for each row, and a cell for each column`() throws {
    try forAll(300) {
      $0.table()
    } holds: { table in
      let lines = table.markdown.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      try holdEqual(lines.count, table.rows.count + 2, "the number of lines")
      for line in lines {
        try hold(line.first == "|" && line.last == "|", "\(line)")
        try holdEqual(bars(line), table.columns.count + 1, "the bars of \(line)")
      }
    }
  }

  /// Those that end a cell (GitHub Flavored Markdown, 4.10).
  private func bars(_ line: Substring) -> Int {
    var (count, last) = (0, UInt8(0))
    for byte in line.utf8 {
      if byte == UInt8(ascii: "|"), last != UInt8(ascii: "\\") { count += 1 }
      last = byte
    }
    return count
  }
}

extension Draw {
  fileprivate mutating func table() -> Table {
    let columns = int(1...5)
    var table = Table(
      list(columns...columns) {
        Table.Heading($0.hostileText(1...6), $0.chance(50) ? .left : .right)
      })
    for _ in 0..<int(0...6) { table.append(list(columns...columns) { $0.hostileText(0...8) }) }
    return table
  }
}

/// CSV as RFC 4180 has it, read byte by byte.
private struct CSVText {
  private(set) var records: [[String]] = []

  init(_ text: String) {
    var (cell, record, isQuoted) = ([UInt8](), [String](), false)
    let bytes = Array(text.utf8)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "\""):
        if isQuoted, index + 1 < bytes.count, bytes[index + 1] == byte {
          cell.append(byte)
          index += 1
        } else {
          isQuoted.toggle()
        }
      case UInt8(ascii: ",") where !isQuoted, UInt8(ascii: "\n") where !isQuoted:
        record.append(String(decoding: cell, as: UTF8.self))
        cell = []
        if byte == UInt8(ascii: "\n") {
          records.append(record)
          record = []
        }
      default: cell.append(byte)
      }
      index += 1
    }
  }
}
