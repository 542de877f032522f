internal import EchoIO
internal import Foundation

extension Error {
  /// Why a file could not be read or written, in the words of errno(3), which Foundation's own
  /// text leaves out: `No such file or directory`.
  public var fileReason: String {
    errorNumber.map { SystemError("file", errno: $0).reason } ?? localizedDescription
  }

  /// The errno(3) behind an error, if one is.
  public var errorNumber: Int32? {
    if let error = self as? SystemError { return error.errno }
    let underlying = (self as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
    return [self, underlying].lazy.compactMap { $0.map { $0 as NSError } }
      .first { $0.domain == NSPOSIXErrorDomain }.map { Int32($0.code) }
  }
}
