internal import Glibc

/// Blocking I/O with a thread for each connection: the classic, beside the pool.
///
/// A message costs a read that waits for it, and a write: no call but the two, but a thread that the
/// kernel puts to sleep and wakes. A connection costs a thread, so a small stack and a buffer, and
/// to begin one costs about what five messages do. `--threads` are those that accept, in turns.
///
/// Where the kernel gives no more threads, or memory for one, a connection that has come waits until
/// it does, and the server says so on standard error, once.
///
/// What it does not do: keep threads for the next connection, which is the pool's (`threads`).
public enum ThreadPerConnectionBackend: Backend {
  public static let name = "thread-per-connection"
  public static let summary =
    "blocking reads and writes, a thread for each connection beside those that accept"
  public static let defaultThreads = 1
  /// The pages of the stack that are in use, the first of the buffer, and what is known of a thread.
  public static let idleConnectionBytes = 1 << 14
  public static let unavailability: String? = nil

  public static func serve(
    _ listener: borrowing Socket, options: ServerOptions, until stop: StopSignal,
    whenReady announce: () -> Void
  ) throws(SystemError) -> ServerCounters {
    try requireDescriptors(1)
    let served = ServedConnections(capacity: options.bufferSize.bytes)
    try served.requireOne()
    let entrance = Entrance(listener.descriptor, options.admission, until: stop)
    var acceptors: [Thread<Void>] = []
    do throws(SystemError) {
      for index in 0..<options.threads {
        acceptors.append(
          try Thread("accept-\(index)") {
            while let connection = entrance.nextConnection() { served.add(connection, until: stop) }
          })
      }
    } catch {
      stop.fire()
      for acceptor in acceptors { acceptor.join() }
      throw error
    }
    announce()
    for acceptor in acceptors { acceptor.join() }
    return served.finish()
  }
}

/// The connections that are served, each on its thread.
private final class ServedConnections: Sendable {
  private struct State {
    /// By descriptor.
    var threads: [Int32: Thread<ServerCounters>] = [:]
    /// Of connections that have ended: still to be joined.
    var ended: [Thread<ServerCounters>] = []
    var joined = ServerCounters()
    var hasComplained = false
  }

  private let state = Lock(State())
  private let capacity: Int

  /// The loop needs a few hundred bytes, and a signal's handler below 16 KiB (sigaltstack(2), of what
  /// the kernel saves of registers); with the thread's own data in it, as glibc has it, this is plenty.
  private static let stackBytes = 64 << 10

  /// - Parameter capacity: of the buffer that each connection has.
  init(capacity: Int) {
    self.capacity = capacity
  }

  /// Makes sure that one connection can be served.
  func requireOne() throws(SystemError) {
    let buffer = try newBuffer()
    try Thread("trial", stackBytes: Self.stackBytes) { withExtendedLifetime(buffer) {} }.join()
  }

  /// Starts to serve a connection, as soon as there is a thread for it.
  func add(_ connection: Int32, until stop: StopSignal) {
    repeat {
      joinEnded()
      do throws(SystemError) {
        try start(connection)
        return
      } catch {
        complainOnce(error)
      }
    } while !stop.wait(timeout: acceptPause)
    close(connection)
  }

  private func start(_ connection: Int32) throws(SystemError) {
    let buffer = try newBuffer()
    let result = state.withLock { state -> Result<Void, SystemError> in
      do throws(SystemError) {
        // Under the lock: the thread comes to its end only when it is listed.
        state.threads[connection] = try Thread(
          "conn-\(connection)", stackBytes: Self.stackBytes
        ) { [self] in
          var counters = ServerCounters()
          counters.connections = 1
          echoWaiting(connection, buffer.base, buffer.capacity, &counters)
          end(connection)
          return counters
        }
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  /// Closes under the lock: from then on the number may be another connection's.
  private func end(_ connection: Int32) {
    state.withLock { state in
      if let thread = state.threads.removeValue(forKey: connection) { state.ended.append(thread) }
      close(connection)
    }
  }

  /// Waits for threads that have nothing left to do but end.
  private func joinEnded() {
    let ended = state.withLock { state in
      defer { state.ended = [] }
      return state.ended
    }
    guard !ended.isEmpty else { return }
    let counters = ended.map { $0.join() }
    state.withLock { state in
      for each in counters { state.joined += each }
    }
  }

  /// Ends all connections, once nobody adds one any more.
  func finish() -> ServerCounters {
    let threads = state.withLock { state in
      for connection in state.threads.keys { shutdown(connection, Int32(SHUT_RDWR)) }
      return state.ended + state.threads.values
    }
    let counters = threads.map { $0.join() }
    return state.withLock { state in
      // The threads know of this object: the circle ends here.
      state.ended = []
      var total = counters.reduce(into: state.joined, +=)
      if total.connections > 0 { total.perThread = .init(least: 1, most: 1) }
      return total
    }
  }

  private func newBuffer() throws(SystemError) -> Buffer {
    try Buffer(capacity, remedy: ServerOptions.fewerBuffers)
  }

  private func complainOnce(_ error: SystemError) {
    let (isFirst, serving) = state.withLock { state in
      defer { state.hasComplained = true }
      return (!state.hasComplained, state.threads.count)
    }
    guard isFirst else { return }
    complain(
      "\(ThreadPerConnectionBackend.name) serves \(plural(serving, "connection")) and has no thread"
        + " for another, which waits until one ends: \(error.call): \(error.reason). What limits"
        + " threads: ulimit -u, kernel.threads-max, kernel.pid_max, vm.max_map_count, a control"
        + " group's pids.max, and memory.")
  }
}
