internal import Glibc

/// The file that a unix socket is bound to, by what identifies it: when a server stops, the path may
/// be another server's, or somebody's own file.
public struct SocketFile: Sendable {
  private let path: String
  private let device: dev_t
  private let inode: ino_t

  /// The file at the address of a socket that has just been bound; nil where there is none, as for
  /// an internet address.
  public init?(of address: Address) {
    guard case .unix(let path) = address, let status = Self.status(of: path) else { return nil }
    self.path = path
    device = status.st_dev
    inode = status.st_ino
  }

  /// Removes the file, unless something else has taken its place. To be called while the socket is
  /// open: as long as that holds the inode, no other file gets its number.
  public func remove() {
    guard let status = Self.status(of: path), status.st_dev == device, status.st_ino == inode
    else { return }
    unlink(path)
  }

  /// Whether `path` itself is a unix socket: neither another file nor a link, even to a socket.
  static func exists(at path: String) -> Bool {
    status(of: path) != nil
  }

  private static func status(of path: String) -> stat? {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return nil }
    return status
  }
}

/// Keeps others of this program from taking over a socket file of the same folder, while the value
/// lives: between the look at a file and its removal it may have become a server's that has just
/// begun, and between bind(2) and listen(2) a server looks as if it were gone.
///
/// An advisory lock (flock(2)) of the folder itself, which needs no file. Where it cannot be had, or
/// somebody else keeps it, things go on without.
struct FolderLock: ~Copyable {
  private let descriptor: Int32

  init(ofFolderOf path: String) {
    let folder = path[...(path.lastIndex(of: "/") ?? path.startIndex)]
    descriptor = open(String(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    var attempts = 0
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0, attempts < Self.mostAttempts {
      attempts += 1
      usleep(10_000)
    }
  }

  /// A second in all: what is done under the lock takes microseconds.
  private static let mostAttempts = 100

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }
}
