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
    do {
      file = try openFile(path, O_RDONLY)
    } catch {
      throw FileProblem(reason: error.fileReason, isMissing: error.errorNumber == ENOENT)
    }
  }

  /// The next line without its line feed; nil at the end. What stands behind the last line feed was
  /// cut off while it was written, and is no line.
  /// - Throws: `FileProblem`.
  mutating func next() throws(FileProblem) -> Data? {
    var searched = buffer.startIndex
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = buffer[..<end]
        buffer = buffer[(end + 1)...]
        wholeBytes += UInt64(line.count + 1)
        defer { isAtStart = false }
        return isAtStart ? line.withoutByteOrderMark : line
      }
      guard buffer.count <= Self.longestLine.bytes else {
        throw FileProblem(reason: "has a line of more than \(Self.longestLine)")
      }
      let unsearched = buffer.count
      let more: Data?
      do { more = try file.read(upToCount: Self.chunk) } catch {
        throw FileProblem(reason: error.fileReason)
      }
      guard let more, !more.isEmpty else { return nil }
      // A buffer of its own: a slice would keep all that was read before.
      buffer = Data(buffer) + more
      searched = buffer.startIndex + unsearched
    }
  }
}
