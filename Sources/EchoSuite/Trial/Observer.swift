internal import EchoIO

/// Who reads a server's CPU time, memory and switches at the edges of the window.
///
/// The client of a trial is told, since it alone knows when the window begins and ends; but where it is
/// itself told when to begin.
enum Observer: Equatable, Sendable {
  /// The client itself, from /proc: of this process, which runs on the same machine, and of its
  /// descendants.
  case local(process: Int32)
  /// The agent of the server's host, which the suite tells.
  case agent

  /// The options of `client` that say so.
  var clientArguments: [String] {
    switch self {
    case .local(let process): ["--observe", "\(process)"]
    case .agent: []
    }
  }
}
