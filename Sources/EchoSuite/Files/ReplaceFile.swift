public import Foundation
internal import SystemPackage

/// Puts content in the place of a file's, whole or not at all, and keeps what else belongs to the
/// file: its mode, its owner and its other names.
///
/// The content is written beside the file and then renamed over it. Where that would lose
/// something (a link, a second hard link, somebody else's file) or cannot be done (a device, a pipe, a
/// folder that is not ours to write), the file itself is written.
/// - Throws: an error with a ``Swift/Error/fileReason``.
public func replaceFile(at path: String, with content: Data) throws {
  let path = FilePath(path)
  let old = try? Stat(path, followTargetSymlink: false)
  guard (old?.type ?? .regular) == .regular, (old?.linkCount ?? 1) == 1 else {
    return try overwrite(path, with: content)
  }
  do {
    try rename(content, over: path, old)
  } catch let error as Errno
    where old != nil && (error == .permissionDenied || error == .notPermitted)
  {
    try overwrite(path, with: content)
  }
}

private func overwrite(_ path: FilePath, with content: Data) throws {
  let file = try FileDescriptor.open(
    path, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .newFile)
  try file.closeAfter { _ = try file.writeAll(content) }
}

private func rename(_ content: Data, over path: FilePath, _ old: Stat?) throws {
  let new = FilePath("\(path).\(UInt32.random(in: 0 ... .max))")
  let file = try FileDescriptor.open(
    new, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .newFile)
  do {
    try file.closeAfter {
      _ = try file.writeAll(content)
      if let old { try keep(old, file) }
      // Before the name is: a crash must not leave an empty file in the place of a full one.
      try check(fsync(file.rawValue))
    }
    try check(unsafe Glibc.rename("\(new)", "\(path)"))
  } catch {
    unsafe unlink("\(new)")
    throw error
  }
}

/// Owner first: a change of it resets some bits of the mode (chown(2)).
private func keep(_ old: Stat, _ file: FileDescriptor) throws {
  let new = try Stat(file)
  if new.userID != old.userID || new.groupID != old.groupID {
    try check(fchown(file.rawValue, old.userID.rawValue, old.groupID.rawValue))
  }
  try check(fchmod(file.rawValue, old.permissions.rawValue))
}

private func check(_ result: CInt) throws(Errno) {
  guard result == 0 else { throw Errno(rawValue: errno) }
}

extension FilePermissions {
  /// Of which the umask(2) takes its part.
  fileprivate static let newFile: FilePermissions = [
    .ownerReadWrite, .groupReadWrite, .otherReadWrite,
  ]
}
