internal import Glibc

/// What to do about a process that may not open more.
let moreDescriptors = "Allow this process more descriptors (ulimit -n), or ask for less."

/// A system call of the set-up that failed: which, why, and what to try.
///
/// Its description is a whole message: `bind 127.0.0.1:80: Permission denied. Choose …`.
public struct SystemError: Error, Equatable, CustomStringConvertible {
  /// The call and its subject, such as `bind 127.0.0.1:25000`.
  public let call: String
  /// 0 when it was the resolver that failed, by itself.
  public let errno: Int32
  /// What the user can do about it, as a sentence; empty when there is nothing general to say.
  public let remedy: String
  public let phase: Phase
  /// True when this machine, or the server, does not have as much as was asked for: it will not the
  /// next time, either.
  public let isShortage: Bool
  /// What getaddrinfo(3) returned; 0 when it was not that which failed.
  private let resolverStatus: Int32

  /// What was being done.
  public enum Phase: Sendable {
    case setUp, lookUp, connect
  }

  public init(
    _ call: String, errno: Int32, remedy: String = "", phase: Phase = .setUp,
    isShortage: Bool = false
  ) {
    self.call = call
    self.errno = errno
    self.remedy = remedy
    self.phase = phase
    self.isShortage = isShortage
    resolverStatus = 0
  }

  /// A host name that getaddrinfo(3) did not find, with what it returned. Only EAI_SYSTEM leaves
  /// something in `errno`.
  init(lookingUp host: String, status: Int32) {
    call = "look up \(host)"
    errno = status == EAI_SYSTEM ? Glibc.errno : 0
    remedy = "Is the host name right? A numeric address such as 127.0.0.1 needs no look-up."
    phase = .lookUp
    isShortage = false
    resolverStatus = status
  }

  /// The failure that the C library has just reported in `errno`.
  static func last(_ call: String, remedy: String = "") -> SystemError {
    SystemError(call, errno: Glibc.errno, remedy: remedy)
  }

  /// - Parameter error: what a call has returned that returns 0, or why it cannot do what it is to.
  /// - Throws: that.
  static func check(_ call: String, _ error: Int32, remedy: String = "") throws(SystemError) {
    guard error == 0 else { throw SystemError(call, errno: error, remedy: remedy) }
  }

  /// True when a connection could not be made, unless for being interrupted.
  public var isFailedConnection: Bool { phase == .connect && errno != EINTR }

  public var reason: String {
    errno == 0 && resolverStatus != 0
      ? String(cString: gai_strerror(resolverStatus)) : String(cString: strerror(errno))
  }

  public var description: String {
    remedy.isEmpty ? "\(call): \(reason)." : "\(call): \(reason). \(remedy)"
  }
}
