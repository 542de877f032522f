internal import EchoIO
internal import Foundation

/// Keeps other suites out of a folder for as long as it lives (flock(2)). It is on the folder
/// itself, so that it can be taken before there is anything in it.
public final class DirectoryLock: Sendable {
  private let directory: String
  private let handle: FileHandle

  /// - Throws: `SuiteError.busy`; `SuiteError.missing` when there is no such folder.
  public init(_ directory: String) throws(SuiteError) {
    self.directory = directory
    do throws(SystemError) {
      handle = try openFile(directory, O_RDONLY | O_DIRECTORY)
    } catch {
      throw error.errno == ENOENT
        ? SuiteError.missing(directory, TrialLog.File.plan.rawValue)
        : .unwritable(directory, error.fileReason)
    }
    guard flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) != 0 else { return }
    let error = SystemError("flock", errno: errno)
    throw error.errno == EWOULDBLOCK
      ? SuiteError.busy(directory) : .unwritable(directory, "flock: \(error.fileReason)")
  }

  /// Whether the folder's name still stands for what is locked: another one may have been put there.
  /// - Throws: `SystemError` where nobody can tell.
  func isInPlace() throws(SystemError) -> Bool {
    let locked = try FileStatus(descriptor: handle.fileDescriptor)
    return try FileStatus.ifThere(directory, followingLinks: true)?.isSame(as: locked) ?? false
  }
}
