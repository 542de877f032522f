internal import CLinux
internal import Glibc

/// Level-triggered epoll, one loop per thread, as its man page has it (epoll(7)).
///
/// A message costs a read and a write, and its share of an epoll_wait: 2.2 calls with five busy
/// connections. A connection is read once for each time it is told to be ready: another read would
/// mostly find nothing, and what is left is told again by itself. The reply is written at once,
/// without asking whether the socket takes it; only what it did not take is waited for, which is the
/// one thing that costs an epoll_ctl. No connection has a buffer.
///
/// What it does not do: read until EAGAIN, and edge-triggered watching, which needs that (`epoll-et`);
/// EPOLLONESHOT, which re-arms with a call per message; an epoll instance or a listener that several
/// threads wait on.
public enum EpollBackend: Backend {
  public static let name = "epoll"
  public static let summary = "level-triggered epoll, one loop per thread"
  public static let defaultThreads = 1
  /// An entry in a set of numbers, with room to grow.
  public static let idleConnectionBytes = 64
  public static let unavailability: String? = nil

  public static func serve(
    _ listener: borrowing Socket, options: ServerOptions, until stop: StopSignal,
    whenReady announce: () -> Void
  ) throws(SystemError) -> ServerCounters {
    try EpollLoop.serve(
      listener, options, until: stop, watchingFor: EPOLLIN.rawValue, echo: echo,
      whenReady: announce)
  }

  /// The measured loop: one read and one write for each event.
  // Measured, calls only: epoll_wait read write errno
  @inline(never)
  private static func echo(
    _ queue: inout EventQueue, _ buffer: UnsafeMutableRawPointer, _ capacity: Int,
    _ counters: UnsafeMutablePointer<ServerCounters>
  ) -> EpollLoop.Interruption {
    while true {
      while let event = queue.next() {
        let tag = event.data.u64
        guard tag < EventQueue.blocked else { return .event(tag) }
        let connection = Int32(truncatingIfNeeded: tag)
        switch readAndWriteBack(connection, buffer, capacity, counters) {
        case .echoed: continue
        case .blocked(let part): return .blocked(connection, part)
        case .finished: return .finished(connection)
        }
      }
      queue.wait()
    }
  }
}
