internal import EchoIO
internal import Foundation

/// The lines of a file, one at a time, however long the file is.
struct LineReader {
  private let file: FileHandle
  private var buffer = Data()
  private var isAtStart = true
  /// Bytes of the whole lines so far, line feeds included.
  private(set) var wholeBytes: UInt64 = 0

  /// A trial's line has a histogram of some ten kilobytes; a client may print up to 4 MiB.
  static let longestLine = ByteCount(16 << 20)
  private static let chunk = 1 << 18

  /// - Throws: `FileProblem`.
  init(_ path: String) throws(FileProblem) {
    file = try openDocument(path)
  }

  /// The next line without its line feed; nil at the end. What stands behind the last line feed was
  /// cut off while it was written, and is no line. Nor is a last one with zeros in it: where power
  /// fails the blocks of a line may reach the disk in any order, and those that have not are zeros.
  /// - Throws: `FileProblem`.
  mutating func next() throws(FileProblem) -> Data? {
    var searched = buffer.startIndex
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = buffer[..<end]
        if end + 1 == buffer.endIndex, line.contains(0), try !readMore() { return nil }
        buffer = buffer.dropFirst(line.count + 1)
        wholeBytes += UInt64(line.count + 1)
        defer { isAtStart = false }
        return isAtStart ? line.withoutByteOrderMark : line
      }
      guard buffer.count <= Self.longestLine.bytes else {
        throw FileProblem(reason: "has a line of more than \(Self.longestLine)")
      }
      let unsearched = buffer.count
      guard try readMore() else { return nil }
      searched = buffer.startIndex + unsearched
    }
  }

  /// - Returns: whether there was more.
  private mutating func readMore() throws(FileProblem) -> Bool {
    let more: Data?
    do { more = try file.read(upToCount: Self.chunk) } catch {
      throw FileProblem(reason: error.fileReason)
    }
    guard let more, !more.isEmpty else { return false }
    // A buffer of its own: a slice would keep all that was read before.
    buffer = Data(buffer) + more
    return true
  }
}
