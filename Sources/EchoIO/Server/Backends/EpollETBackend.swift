internal import CLinux
internal import Glibc

/// Edge-triggered epoll, one loop per thread: the variant that is often said to be the faster one.
///
/// It differs from `epoll` in one step. What is ready is told once, when it becomes so, and so a
/// connection is read until EAGAIN: on top of the read and the write a message costs a read that finds
/// nothing, unless the next message has come by then, as it has the busier the server is. In return
/// the kernel need not look at a socket again that it has told of; level-triggered, it does so at each
/// wait, inside a call that is made anyway.
///
/// A read that gives less than the buffer holds would tell as well that nothing is left; but the end
/// of the stream may have come with the last bytes, without an edge of its own, and would be missed.
///
/// What it does not do: read on for as long as something comes, while others wait; and watch for
/// output from the beginning, where each read of the peer's would be an edge on a unix socket.
public enum EpollETBackend: Backend {
  public static let name = "epoll-et"
  public static let summary = "edge-triggered epoll, reading until nothing is left"
  public static let defaultThreads = 1
  /// As with `epoll`.
  public static let idleConnectionBytes = 64
  public static let unavailability: String? = nil

  public static func serve(
    _ listener: borrowing Socket, options: ServerOptions, until stop: StopSignal,
    whenReady announce: () -> Void
  ) throws(SystemError) -> ServerCounters {
    try EpollLoop.serve(
      listener, options, until: stop, watchingFor: interest, echo: echo, whenReady: announce)
  }

  private static let interest = EPOLLIN.rawValue | EPOLLET.rawValue
  /// Reads of a connection before the others have their turn: one epoll_ctl for so many.
  private static let longestTurn = 16

  /// The measured loop: reads and writes back until nothing is left.
  // Measured, calls only: epoll_wait read write errno epoll_ctl
  @inline(never)
  private static func echo(
    _ queue: inout EventQueue, _ buffer: UnsafeMutableRawPointer, _ capacity: Int,
    _ counters: UnsafeMutablePointer<ServerCounters>
  ) -> EpollLoop.Interruption {
    while true {
      events: while let event = queue.next() {
        let tag = event.data.u64
        guard tag < EventQueue.blocked else { return .event(tag) }
        let connection = Int32(truncatingIfNeeded: tag)
        for _ in 0..<longestTurn {
          let received = receive(connection, buffer, capacity)
          counters.pointee.readCalls.countOne()
          guard received > 0 else {
            if received == -Int(EAGAIN) { continue events }
            return .finished(connection)
          }
          counters.pointee.bytesIn &+= UInt64(received)
          switch writeBack(connection, buffer, 0..<received, counters) {
          case .echoed: continue
          case .blocked(let part): return .blocked(connection, part)
          case .finished: return .finished(connection)
          }
        }
        // There may be more, of which there was an edge already: told anew, behind the others.
        queue.change(connection, interest, tag: tag)
      }
      queue.wait()
    }
  }
}
