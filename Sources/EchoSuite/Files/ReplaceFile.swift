public import EchoIO
public import Foundation

/// Puts content in the place of a file's, whole or not at all, and keeps what else belongs to the
/// file: its mode, its owner and its other names.
///
/// The content is written beside the file and then renamed over it. Where that would lose
/// something (a link, a second hard link, somebody else's file) or cannot be done (a device, a pipe, a
/// folder that is not ours to write), the file itself is written.
/// - Throws: an error with a ``Swift/Error/fileReason``.
public func replaceFile(at path: String, with content: Data) throws {
  let old = try FileStatus.ifThere(path, followingLinks: false)
  guard old?.isRegular ?? true, old?.names ?? 1 == 1 else {
    return try overwrite(path, with: content)
  }
  do {
    try rename(content, over: path, old)
  } catch let error as SystemError
    where old != nil && [EACCES, EPERM].contains(error.errno)
  {
    try overwrite(path, with: content)
  }
}

/// The same in a folder that anybody may have filled: what the name stands for beside, a link's target or the
/// other names of a file, stays as it is.
/// - Throws: an error with a ``Swift/Error/fileReason``.
func replaceDocument(at path: String, with content: Data) throws {
  let old = try FileStatus.ifThere(path, followingLinks: false)
  guard old?.isRegular ?? true else { throw SystemError("write \(path)", errno: ELOOP) }
  do {
    try rename(content, over: path, old)
  } catch let error as SystemError
    where old?.names == 1 && [EACCES, EPERM].contains(error.errno)
  {
    try overwrite(path, with: content, O_NOFOLLOW | O_NONBLOCK)
  }
}

/// Sees whether ``replaceFile(at:with:)`` can do its work, for who has nothing to write yet.
/// - Throws: the error that it would meet, with `remedy`.
public func checkReplaceable(_ path: String, remedy: String) throws(SystemError) {
  do {
    try tryReplacing(path)
  } catch {
    throw SystemError("write \(path)", errno: error.errno, remedy: remedy)
  }
}

private func tryReplacing(_ path: String) throws(SystemError) {
  let old = try FileStatus.ifThere(path, followingLinks: false)
  if old?.isRegular ?? true, old?.names ?? 1 == 1 {
    do throws(SystemError) {
      let new = nameBeside(path)
      _ = try openFile(new, O_WRONLY | O_CREAT | O_EXCL)
      unsafe unlink(new)
      return
    } catch {
      guard old != nil, [EACCES, EPERM].contains(error.errno) else { throw error }
    }
  }
  do throws(SystemError) {
    // Without waiting for whoever reads a pipe.
    _ = try openFile(path, O_WRONLY | O_NONBLOCK)
  } catch {
    // A pipe that nobody reads yet, a link to a file that is not there yet.
    guard [ENXIO, ENOENT].contains(error.errno) else { throw error }
  }
}

/// What stands between a file's name and a number, in the name of what is to replace it.
private let newMark = ".echobench-new-"

private func nameBeside(_ path: String) -> String {
  "\(path)\(newMark)\(UInt32.random(in: 0 ... .max))"
}

/// The name of the file that one was to replace, which a crash in between has left; nil when it is none
/// of those.
func replacedName(by leftover: String) -> String? {
  guard let mark = leftover.range(of: newMark), UInt32(leftover[mark.upperBound...]) != nil else {
    return nil
  }
  return String(leftover[..<mark.lowerBound])
}

/// Has the names in a folder on the disk: a file that was flushed may be without one after a crash
/// (fsync(2)). Where a file system does not offer that, nothing better is known.
func synchronizeFolder(_ path: String) {
  guard let folder = try? openFile(path, O_RDONLY | O_DIRECTORY) else { return }
  fsync(folder.fileDescriptor)
}

/// The folder that a file is in, as a path.
func folder(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

private func overwrite(_ path: String, with content: Data, _ flags: Int32 = 0) throws {
  let file = try openFile(path, O_WRONLY | O_CREAT | O_TRUNC | flags)
  try file.write(contentsOf: content)
  try file.close()
}

private func rename(_ content: Data, over path: String, _ old: FileStatus?) throws {
  let new = nameBeside(path)
  let file = try openFile(new, O_WRONLY | O_CREAT | O_EXCL)
  do {
    try file.write(contentsOf: content)
    if let old { try keep(old, file.fileDescriptor) }
    // Before the name is: a crash must not leave an empty file in the place of a full one.
    try file.synchronize()
    try file.close()
    try check("rename \(path)", unsafe Foundation.rename(new, path))
    synchronizeFolder(folder(of: path))
  } catch {
    unsafe unlink(new)
    throw error
  }
}

/// Owner first: a change of it resets some bits of the mode (chown(2)).
private func keep(_ old: FileStatus, _ descriptor: Int32) throws {
  let new = try FileStatus(descriptor: descriptor)
  if new.owner != old.owner || new.group != old.group {
    try check("fchown", fchown(descriptor, old.owner, old.group))
  }
  try check("fchmod", fchmod(descriptor, old.permissions))
}

private func check(_ call: String, _ result: Int32) throws(SystemError) {
  guard result == 0 else { throw SystemError(call, errno: errno) }
}
