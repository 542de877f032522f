internal import EchoIO

/// A server from its start to its end. Whoever started it, it ends when this process does, however
/// that ends.
protocol RunningServer: AnyObject {
  /// What this process has started.
  var child: ChildProcess { get }
  /// Where it listens, once that is known.
  var address: Address? { get }
  /// How the server itself ended; nil while it runs.
  var end: ProcessEnd? { get }
  /// What the server has said on standard error.
  var errors: String { get }
  /// Whether the server has said more than is kept of it.
  var hasSaidTooMuch: Bool { get }
  /// Whether who stands above it was killed, and has left what only `stop` finds.
  var hasLostSupervisor: Bool { get }
  /// Who reads its usage, once it is ready.
  var observer: Observer { get }
  /// How often to ask whether it is ready; nil where it says so itself.
  var readinessInterval: TimeSpan? { get }
  /// What a backend counted, once it has been stopped; nil for a command.
  var stopped: ServerStopped? { get }

  /// Whether it accepts connections by now.
  /// - Throws: `ProcessFailure` when it never will.
  func isReady() throws -> Bool

  /// Has it end, with everything that it started: politely, and two seconds later at once.
  func stop()
}

extension RunningServer {
  var errors: String { child.errors }
  var hasSaidTooMuch: Bool { child.hasSaidTooMuch }
  var hasLostSupervisor: Bool { false }
  var stopped: ServerStopped? { nil }
}
