internal import Foundation

/// Two lines of a Markdown document between which the results of a suite stand.
///
/// Each is a line of its own. One inside of a sentence, a quotation or a block of code is something
/// that the document says about markers.
public struct Markers: Equatable, Sendable {
  private let start: Data
  private let end: Data

  init(name: String) {
    start = Data("<!-- results of \(name) -->".utf8)
    end = Data("<!-- end of results of \(name) -->".utf8)
  }

  /// A document has more than one place for the same results.
  public struct Ambiguous: Error, Equatable, CustomStringConvertible {
    /// Of all markers, from 1.
    public let lines: [Int]

    public var description: String {
      "has markers for these results in lines \(lines.map { "\($0)" }.joined(separator: ", "))."
        + " Leave one pair of them."
    }
  }

  /// The bytes between the markers' lines; nil when it has no pair of them.
  /// - Throws: `Ambiguous`.
  func place(in document: Data) throws(Ambiguous) -> Range<Data.Index>? {
    var starts: [(line: Int, after: Data.Index)] = []
    var ends: [(line: Int, before: Data.Index)] = []
    var fence: Fence?
    for (number, line) in zip(
      1..., document.split(separator: lineFeed, omittingEmptySubsequences: false))
    {
      if let open = fence {
        if open.isClosed(by: line) { fence = nil }
        continue
      }
      fence = Fence(openedBy: line)
      switch trimmed(line) {
      case start: starts.append((number, min(line.endIndex + 1, document.endIndex)))
      case end: ends.append((number, line.startIndex))
      default: break
      }
    }
    guard let first = starts.first, let last = ends.last else { return nil }
    guard starts.count == 1, ends.count == 1 else {
      throw Ambiguous(lines: (starts.map(\.line) + ends.map(\.line)).sorted())
    }
    return first.after <= last.before ? first.after..<last.before : nil
  }

  /// Without the blanks at its end, of which a carriage return is one.
  private func trimmed(_ line: Data) -> Data {
    let last = line.lastIndex { !blanks.contains($0) }
    return last.map { line[...$0] } ?? Data()
  }
}

private let lineFeed = UInt8(ascii: "\n")
private let blanks: [UInt8] = [" ", "\t", "\r"].map { UInt8(ascii: $0) }

/// What opens a block of code: three or more backticks or tildes (CommonMark, 4.5).
private struct Fence {
  private let character: UInt8
  private let length: Int

  init?(openedBy line: Data) {
    let text = line.drop { $0 == UInt8(ascii: " ") }
    guard line.count - text.count < 4, let first = text.first,
      first == UInt8(ascii: "`") || first == UInt8(ascii: "~")
    else { return nil }
    length = text.prefix { $0 == first }.count
    // Backticks behind the opening ones make it code inside of a line.
    let isInline = first == UInt8(ascii: "`") && text.dropFirst(length).contains(first)
    guard length >= 3, !isInline else { return nil }
    character = first
  }

  /// At least as many of the same character, and nothing behind them.
  func isClosed(by line: Data) -> Bool {
    guard let other = Fence(openedBy: line), other.character == character else { return false }
    let text = line.drop { $0 == UInt8(ascii: " ") }
    return other.length >= length && text.dropFirst(other.length).allSatisfy(blanks.contains)
  }
}
