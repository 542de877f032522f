internal import EchoIO
internal import Foundation

/// A file that is no document: why, in words that follow its name.
struct FileProblem: Error, Equatable {
  let reason: String
  /// Whether it is not there at all.
  var isMissing = false
}

/// Reads a document whole that somebody has named, who may mean a link or a pipe, without the byte order mark
/// that some editors put in front of it.
/// - Parameter most: what is longer is no document of ours, and is not read to its end.
func readFile(_ path: String, most: ByteCount) throws(FileProblem) -> Data {
  let file: FileHandle
  do throws(SystemError) {
    file = try openFile(path, O_RDONLY)
  } catch {
    throw FileProblem(error)
  }
  return try read(file, most)
}

/// The same of a document that nobody has named, but the folder that it is in (``openDocument(_:)``).
func readDocument(_ path: String, most: ByteCount) throws(FileProblem) -> Data {
  try read(try openDocument(path), most)
}

/// Opens a document of a folder that anybody may have filled: nothing elsewhere to which a link leads, and
/// nothing that keeps waiting who opens it, as a pipe does.
func openDocument(_ path: String) throws(FileProblem) -> FileHandle {
  let (file, isRegular): (FileHandle, Bool)
  do throws(SystemError) {
    file = try openFile(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    isRegular = try FileStatus(descriptor: file.fileDescriptor).isRegular
  } catch {
    guard error.errno == ELOOP else { throw FileProblem(error) }
    throw FileProblem(reason: "it is no file, but a link to one")
  }
  guard isRegular else { throw FileProblem(reason: "it is no file, but something else") }
  return file
}

private func read(_ file: FileHandle, _ most: ByteCount) throws(FileProblem) -> Data {
  let data: Data
  do {
    data = try file.read(upToCount: most.bytes + 1) ?? Data()
  } catch {
    throw FileProblem(reason: error.fileReason)
  }
  guard data.count <= most.bytes else { throw FileProblem(reason: "is longer than \(most)") }
  return data.withoutByteOrderMark
}

extension FileProblem {
  fileprivate init(_ error: SystemError) {
    self.init(reason: error.fileReason, isMissing: error.errno == ENOENT)
  }
}

extension Data {
  /// Without the three bytes by which UTF-8 may say that it is that.
  var withoutByteOrderMark: Data { starts(with: [0xEF, 0xBB, 0xBF]) ? dropFirst(3) : self }
}
