/// One way of serving echo connections: the thing under test.
///
/// A backend is one file in `Backends/` and one line in ``Backends/all``. The protocol is crossed
/// once per process, never per message.
public protocol Backend: SendableMetatype {
  /// On the command line and in reports.
  static var name: String { get }
  /// In `--help` and `echobench backends`: one clause.
  static var summary: String { get }
  /// How many threads serve when nobody says.
  static var defaultThreads: Int { get }
  /// The most memory of the server's process that a connection costs, in bytes, which has exchanged a
  /// message of 1000 bytes and is idle. `scripts/idle-memory` holds it.
  static var idleConnectionBytes: Int { get }
  /// The most memory of the server's process that a connection costs, in bytes, whose peer sends all that is
  /// taken and reads nothing, with buffers of `bufferSize` bytes.
  static func unreadConnectionBytes(bufferSize: Int) -> Int
  /// nil when this machine can run it, else why not and what to do.
  static var unavailability: String? { get }
  /// nil when its instructions can be counted under valgrind(1), else why not.
  static var instructionsUnavailability: String? { get }
  /// Echoes every byte of every connection to `listener`, which does not block, until `stop`
  /// fires; then closes every connection and returns what was done.
  ///
  /// A backend first gets whatever it needs to serve: its threads, its buffers, its library's
  /// descriptors. Once it has all that it calls `announce`, and nothing but connections can fail.
  /// - Parameter announce: called once, on the caller's thread; not at all when this throws.
  /// - Throws: what could not be had; `stop` may have been fired then, to end what had begun.
  static func serve(
    _ listener: borrowing Socket, options: ServerOptions, until stop: StopSignal,
    whenReady announce: () -> Void
  ) throws(SystemError) -> ServerCounters
}

extension Backend {
  public static var instructionsUnavailability: String? { nil }

  /// One buffer, and what there is to know of it: nothing is read before that is written.
  public static func unreadConnectionBytes(bufferSize: Int) -> Int {
    idleConnectionBytes + bufferSize + 1 << 12
  }
}

/// The registry: what `--backend` takes, `echobench backends` lists and the conformance tests run.
public enum Backends {
  public static let all: [any Backend.Type] = [
    ThreadsBackend.self,
    ThreadPerConnectionBackend.self,
    LibuvBackend.self,
    DispatchBackend.self,
    EpollBackend.self,
    EpollETBackend.self,
    SpliceBackend.self,
    IOUringBackend.self,
    IOUringPlainBackend.self,
    NIOBackend.self,
    NIOAsyncBackend.self,
  ]

  /// Which serves when nobody says. It is there on every Linux and in every build, and has a turn for
  /// each of any number of connections, as a pool of threads has not.
  public static let standard: any Backend.Type = EpollBackend.self

  public static func named(_ name: String) -> (any Backend.Type)? {
    all.first { $0.name == name }
  }
}
