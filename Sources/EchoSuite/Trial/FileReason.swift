internal import EchoIO
internal import Foundation

extension Error {
  /// Why a file could not be read or written, in the words of errno(3), which Foundation's own
  /// text leaves out: `No such file or directory`.
  public var fileReason: String {
    guard let underlying = (self as? CocoaError)?.underlying as? POSIXError else {
      return localizedDescription
    }
    return SystemError("file", errno: underlying.code.rawValue).reason
  }
}
