internal import CLinux
internal import Glibc

/// What one attempt to accept a connection gave.
enum Accepted {
  /// A connection, close-on-exec, and set as its listener is, but for what is a ``Handover``; the caller owns
  /// the descriptor.
  case connection(Int32)
  /// Nobody is waiting, or the one who was has gone.
  case nobody
  /// This process or the machine has no descriptor or memory left for another connection, which
  /// stays in the backlog: try again after `acceptPause`.
  case exhausted
}

/// How long to leave the listener alone once descriptors have run out. It stays readable all
/// that time, so asking at once would spin; a connection that closes is noticed this late.
let acceptPause = TimeSpan.milliseconds(20)

/// Accepts one connection from a non-blocking listener.
func acceptConnection(_ listener: Int32, nonblocking: Bool) -> Accepted {
  let result = clinux_accept(listener, nonblocking ? 1 : 0)
  if result >= 0 { return .connection(result) }
  switch -result {
  case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
  default: return .nobody
  }
}
