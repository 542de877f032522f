internal import Glibc

/// What to do about a process that may not open more.
let moreDescriptors = "Allow this process more descriptors (ulimit -n), or ask for less."

/// A system call of the set-up that failed: which, why, and what to try.
///
/// Its description is a whole message: `bind 127.0.0.1:80: Permission denied. Choose …`.
public struct SystemError: Error, Equatable, CustomStringConvertible {
  /// The call and its subject, such as `bind 127.0.0.1:25000`.
  public let call: String
  public let errno: Int32
  /// What the user can do about it, as a sentence; empty when there is nothing general to say.
  public let remedy: String

  public init(_ call: String, errno: Int32, remedy: String = "") {
    self.call = call
    self.errno = errno
    self.remedy = remedy
  }

  /// The failure that the C library has just reported in `errno`.
  static func last(_ call: String, remedy: String = "") -> SystemError {
    SystemError(call, errno: Glibc.errno, remedy: remedy)
  }

  /// True when a connection could not be made, unless for being interrupted.
  public var isFailedConnection: Bool { call.hasPrefix("connect ") && errno != EINTR }

  public var reason: String { String(cString: strerror(errno)) }

  public var description: String {
    remedy.isEmpty ? "\(call): \(reason)." : "\(call): \(reason). \(remedy)"
  }
}
