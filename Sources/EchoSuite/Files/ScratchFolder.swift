internal import EchoIO
internal import Foundation
internal import Glibc

/// A folder for files that nobody needs afterwards. It goes with this value; what a process leaves behind
/// that was killed goes when the next one makes such a folder.
///
/// Whoever has made it holds a lock on it (flock(2)), which ends with the process however that ends: one that
/// can be locked has lost its owner.
final class ScratchFolder {
  private let path: String
  private let lock: FileHandle

  /// - Parameter parent: where it is made; TMPDIR, or /tmp.
  /// - Throws: `SystemError`.
  init(
    in parent: String = FileManager.default.temporaryDirectory.path()
  ) throws(SystemError) {
    let parent = parent.hasSuffix("/") ? String(parent.dropLast()) : parent
    Self.removeAbandoned(in: parent)
    for _ in 0..<Self.tries {
      var template = Array("\(parent)/\(Self.prefix)XXXXXX".utf8CString)
      guard unsafe mkdtemp(&template) != nil else {
        throw SystemError("mkdtemp \(parent)", errno: errno, remedy: "Name another in TMPDIR.")
      }
      let path = String(decoding: template.dropLast().map(UInt8.init), as: UTF8.self)
      // Another start may have taken it for abandoned before it was locked.
      guard let lock = Self.locked(path) else { continue }
      (self.path, self.lock) = (path, lock)
      return
    }
    throw SystemError("flock \(parent)", errno: EWOULDBLOCK)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
    withExtendedLifetime(lock) {}
  }

  func path(_ name: String) -> String { "\(path)/\(name)" }

  private static let tries = 10
  /// Of nobody else's folders, nor of those of sockets, which have no lock.
  private static let prefix = "echobench-scratch-"
  private static let letters = 6

  /// Removes such folders of this user whose owners are gone. What cannot be removed stays.
  private static func removeAbandoned(in parent: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    for name in names
    where name.hasPrefix(prefix) && name.utf8.count == prefix.utf8.count + letters {
      let path = "\(parent)/\(name)"
      guard let lock = locked(path) else { continue }
      // Links in it are removed, and not followed.
      try? FileManager.default.removeItem(atPath: path)
      withExtendedLifetime(lock) {}
    }
  }

  /// The lock on a folder of this user that is what its name still stands for; nil where it is held by
  /// somebody, is a link, or is somebody else's.
  private static func locked(_ path: String) -> FileHandle? {
    guard let handle = try? openFile(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW) else { return nil }
    guard let locked = try? FileStatus(descriptor: handle.fileDescriptor),
      locked.owner == geteuid(), flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0,
      let named = try? FileStatus(path, followingLinks: false), locked.isSame(as: named)
    else { return nil }
    return handle
  }
}
