internal import Glibc

/// Where threads wait for connections, one at a time.
///
/// If all threads of a pool polled the listener, each connection would wake them all, and that costs
/// more than the moment: threads that begin to serve out of such a crowd tend to end up on another
/// CPU than their client, and every message then crosses CPUs. On two cores, 1000-byte messages took
/// 8.6 to 17 µs of CPU time, from one start of the server to the next, instead of 8 to 10; a C
/// program of either shape did the same.
final class Entrance: Sendable {
  private let listener: Int32
  private let handover: Handover
  private let stop: StopSignal
  private let turn = Lock<Void>(())

  init(_ listener: Int32, _ admission: Admission?, until stop: StopSignal) {
    self.listener = listener
    handover = Handover(from: listener, admission)
    self.stop = stop
  }

  /// Waits for a connection, or for the stop signal: then nil.
  func nextConnection() -> Int32? {
    turn.withLock { _ in
      var entries = [
        pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
        pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      while true {
        poll(&entries, 2, -1)
        if entries[1].revents != 0 { return nil }
        switch acceptConnection(listener, nonblocking: false) {
        case .connection(let connection):
          if handover.takes(connection) { return connection }
        case .nobody: continue  // the peer has gone before its turn came
        case .exhausted: stop.wait(timeout: acceptPause)
        }
      }
    }
  }
}
