internal import EchoIO
internal import Foundation

/// A file that is no document: why, in words that follow its name.
struct FileProblem: Error, Equatable {
  let reason: String
  /// Whether it is not there at all.
  var isMissing = false
}

/// Reads a document whole, without the byte order mark that some editors put in front of it.
/// - Parameter most: what is longer is no document of ours, and is not read to its end.
func readFile(_ path: String, most: ByteCount) throws(FileProblem) -> Data {
  let data: Data
  do {
    let file = try openFile(path, O_RDONLY)
    data = try file.read(upToCount: most.bytes + 1) ?? Data()
  } catch {
    throw FileProblem(reason: error.fileReason, isMissing: error.errorNumber == ENOENT)
  }
  guard data.count <= most.bytes else { throw FileProblem(reason: "is longer than \(most)") }
  return data.withoutByteOrderMark
}

extension Data {
  /// Without the three bytes by which UTF-8 may say that it is that.
  var withoutByteOrderMark: Data { starts(with: [0xEF, 0xBB, 0xBF]) ? dropFirst(3) : self }
}
