internal import Foundation
internal import SystemPackage

/// Keeps other suites out of a folder for as long as it lives (flock(2)). It is on the folder
/// itself, so that it can be taken before there is anything in it.
public final class DirectoryLock: Sendable {
  private let directory: FilePath
  private let descriptor: FileDescriptor

  /// - Throws: `SuiteError.busy`; `SuiteError.missing` when there is no such folder.
  public init(_ directory: String) throws(SuiteError) {
    self.directory = FilePath(directory)
    do {
      // A child that inherited it would hold the lock longer than the suite lives.
      descriptor = try FileDescriptor.open(
        self.directory, .readOnly, options: [.directory, .closeOnExec])
    } catch Errno.noSuchFileOrDirectory {
      throw SuiteError.missing(directory, TrialLog.File.plan.rawValue)
    } catch {
      throw SuiteError.unwritable(directory, error.fileReason)
    }
    guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) != 0 else { return }
    let error = Errno(rawValue: errno)
    try? descriptor.close()
    throw error == .wouldBlock
      ? SuiteError.busy(directory) : .unwritable(directory, "flock: \(error.fileReason)")
  }

  deinit { try? descriptor.close() }

  /// Whether the folder's name still stands for what is locked: another one may have been put there.
  var isInPlace: Bool {
    guard let locked = try? Stat(descriptor), let named = try? Stat(directory) else { return false }
    return locked.inode == named.inode && locked.deviceID == named.deviceID
  }
}
