internal import EchoIO
internal import Foundation

/// Opens a file (open(2)), which children do not inherit: a lock on it would outlive the suite.
/// - Parameter flags: `O_RDONLY` and its like.
func openFile(_ path: String, _ flags: Int32) throws(SystemError) -> FileHandle {
  // What a new file may be used for; the umask(2) takes its part of it.
  let everybody = S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH
  let descriptor = unsafe open(path, flags | O_CLOEXEC, everybody)
  guard descriptor >= 0 else { throw SystemError("open \(path)", errno: errno) }
  return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
}
