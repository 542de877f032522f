internal import EchoSuite
internal import Foundation

extension TrialLog {
  /// What a suite has left in the folder that somebody names.
  /// - Throws: `RunError` for the path of a file, with the folder that was meant; `SuiteError`.
  static func open(named path: String) throws -> TrialLog {
    var isFolder: ObjCBool = false
    let isThere = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    guard isThere, !isFolder.boolValue else { return try open(path) }
    let folder =
      path.contains("/")
      ? path.split(separator: "/", omittingEmptySubsequences: false)
        .dropLast().joined(separator: "/") : "."
    let isSuites = (try? open(folder)) != nil
    throw RunError(
      "\(path) is a file, and the folder of a suite is needed"
        + (isSuites ? ": give \(folder.isEmpty ? "/" : folder)." : ", such as results/quick."))
  }
}
