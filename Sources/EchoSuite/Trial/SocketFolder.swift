internal import EchoIO
internal import Foundation
internal import Glibc

/// A folder of its own for the socket file of a trial, which goes with all that a server leaves there.
/// Nobody but this user may look into it.
struct SocketFolder {
  private let path: String

  /// - Throws: `SystemError`.
  init() throws(SystemError) {
    let temporary = ProcessInfo.processInfo.environment["TMPDIR"] ?? ""
    // A socket's path may be 107 bytes long (unix(7)), and goes into the commands of shells as it is.
    let isUsable =
      temporary.hasPrefix("/") && temporary.utf8.count <= Self.longestParent
      && temporary.utf8.allSatisfy(Self.plain.contains)
      && FileManager.default.isWritableFile(atPath: temporary)
    let folder = "\(isUsable ? temporary : "/tmp")/echobench-XXXXXX"
    var template = Array(folder.utf8CString)
    guard unsafe mkdtemp(&template) != nil else {
      throw SystemError(
        "mkdtemp \(folder)", errno: errno, remedy: "Name another folder in TMPDIR.")
    }
    path = String(decoding: template.dropLast().map(UInt8.init), as: UTF8.self)
  }

  private static let longestParent = 80
  private static let plain = Set(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-/".utf8)

  /// Where a server is told to listen.
  var address: Address { .unix(path: "\(path)/echo") }

  func remove() {
    try? FileManager.default.removeItem(atPath: path)
  }
}
