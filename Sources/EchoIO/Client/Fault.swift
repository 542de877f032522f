/// How a connection went wrong, as the loops see it: values only, no words yet.
enum Fault: Equatable {
  /// The server ended the stream.
  case closed
  /// A system call failed with this errno.
  case failed(Int32)
  /// Of the bytes received last, which are in the scratch memory, `length` from place `at` on are not
  /// those of the message from `offset` on.
  case mismatch(at: Int, length: Int, offset: Int)
  /// So many bytes came back beyond everything that was issued.
  case surplus(Int)
  /// So many bytes came back before those that they would answer were sent.
  case early(Int)
  /// Nothing moved for as long as the timeout.
  case stalled
  /// The reply still moved when the run had to end.
  case unfinished
}

/// Why a measured loop came back.
enum Pause: Equatable {
  /// Nothing came for a while, or it is time to look around.
  case quiet
  /// A reply is whole, or several, since `end`, and not counted: the boundary has been reached, or all
  /// that was asked for.
  case whole(index: Int, end: UInt64)
  /// Connection `index`, in the worker's share, went wrong.
  case fault(index: Int, Fault)
}

/// What a broken connection is counted as.
public enum FailureKind: String, CaseIterable, Codable, Sendable {
  case connect, reset, timeout, mismatch, surplus, missing
}

/// A connection that broke: what it counts as, and how, in a sentence.
struct Failure: Equatable, Sendable {
  let kind: FailureKind
  let reason: String
}
