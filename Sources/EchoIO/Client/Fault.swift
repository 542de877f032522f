/// How an exchange broke, as the measured loop sees it: values only, no words yet.
enum Fault: Equatable {
  /// The server closed the connection.
  case closed
  /// A system call failed with this errno.
  case failed(Int32)
  /// Nothing moved for as long as the timeout.
  case stalled
  /// So many bytes came beyond the reply.
  case surplus(Int)
  /// The last `length` bytes read, which are in the scratch buffer, are not those sent.
  case mismatch(length: Int)
}

/// What a broken connection is counted as.
public enum FailureKind: String, CaseIterable, Codable, Sendable {
  case connect, reset, timeout, mismatch, surplus, missing
}

/// A connection that broke: what it counts as, and how, in a sentence.
public struct Failure: Equatable, Sendable {
  public let kind: FailureKind
  public let reason: String
}
