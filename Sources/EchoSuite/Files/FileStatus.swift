internal import EchoIO
internal import Glibc

/// What the kernel knows of a file (stat(2)).
struct FileStatus {
  private let status: stat

  /// - Parameter followingLinks: whether a link stands for what it leads to.
  /// - Throws: `SystemError`, also for a link that leads nowhere and is followed.
  init(_ path: String, followingLinks: Bool) throws(SystemError) {
    var status = stat()
    let result = unsafe followingLinks ? stat(path, &status) : lstat(path, &status)
    guard result == 0 else { throw SystemError("stat \(path)", errno: errno) }
    self.status = status
  }

  /// The same; nil where there is nothing, or nothing that could be reached by that name.
  /// - Throws: `SystemError` where nobody can tell: what is taken for missing would be written over.
  static func ifThere(
    _ path: String, followingLinks: Bool
  ) throws(SystemError) -> FileStatus? {
    do throws(SystemError) {
      return try FileStatus(path, followingLinks: followingLinks)
    } catch {
      guard [ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG, EACCES].contains(error.errno) else {
        throw error
      }
      return nil
    }
  }

  /// Of an open file.
  init(descriptor: Int32) throws(SystemError) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw SystemError("fstat", errno: errno) }
    self.status = status
  }

  var isRegular: Bool { status.st_mode & S_IFMT == S_IFREG }
  var isFolder: Bool { status.st_mode & S_IFMT == S_IFDIR }
  var isLink: Bool { status.st_mode & S_IFMT == S_IFLNK }
  /// Bytes.
  var size: Int { Int(status.st_size) }
  /// How many names it has.
  var names: Int { Int(status.st_nlink) }
  /// Who may do what with it, in the bits of chmod(2).
  var permissions: mode_t { status.st_mode & ~S_IFMT }
  var owner: uid_t { status.st_uid }
  var group: gid_t { status.st_gid }

  /// Whether both are one and the same file.
  func isSame(as other: FileStatus) -> Bool {
    status.st_ino == other.status.st_ino && status.st_dev == other.status.st_dev
  }
}
