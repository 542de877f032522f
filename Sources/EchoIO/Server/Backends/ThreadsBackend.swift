internal import Glibc

/// Blocking I/O on a fixed pool of threads, the model of the blog's server.
///
/// A connection holds its thread until it closes; further ones wait in the listener's backlog,
/// where the kernel keeps them in order, and are served as threads come free.
public enum ThreadsBackend: Backend {
  public static let name = "threads"
  public static let summary = "blocking reads and writes on a fixed pool of threads"
  /// The blog's pool.
  public static let defaultThreads = 8
  /// The first page of the thread's buffer.
  public static let idleConnectionBytes = 1 << 12
  public static let unavailability: String? = nil

  public static func serve(
    _ listener: borrowing Socket, options: ServerOptions, until stop: StopSignal,
    whenReady announce: () -> Void
  ) throws(SystemError) -> ServerCounters {
    try requireDescriptors(1)
    let entrance = Entrance(listener.descriptor, options.admission, until: stop)
    var pool: [PoolThread] = []
    do {
      for index in 0..<options.threads {
        pool.append(
          try PoolThread(index, entrance, capacity: options.bufferSize.bytes, until: stop))
      }
    } catch {
      stop.fire()
      _ = finish(pool)
      throw error
    }
    announce()
    stop.wait()
    return finish(pool)
  }

  /// Ends what the threads wait for, once `stop` has fired.
  private static func finish(_ pool: [PoolThread]) -> ServerCounters {
    for thread in pool { thread.interrupt() }
    return .total(of: pool.map { $0.finish() })
  }
}

/// One thread of the pool and the connection it holds.
private final class PoolThread: Sendable {
  private let thread: Thread<ServerCounters>
  private let held: HeldConnection

  init(
    _ index: Int, _ entrance: Entrance, capacity: Int, until stop: StopSignal
  ) throws(SystemError) {
    let held = HeldConnection()
    self.held = held
    let buffer = try Buffer(capacity, remedy: ServerOptions.fewerBuffers)
    thread = try Thread("pool-\(index)") {
      var counters = ServerCounters()
      while let connection = entrance.nextConnection() {
        counters.connections += 1
        if held.hold(connection, unless: stop) {
          echoWaiting(connection, buffer.base, capacity, &counters)
        }
        held.release(connection)
      }
      return counters
    }
  }

  /// Ends the wait of a thread for its peer.
  func interrupt() {
    held.interrupt()
  }

  func finish() -> ServerCounters {
    thread.join()
  }
}

/// The descriptor a pool thread blocks on, so that it can be shut down from outside. The lock
/// keeps a number from being shut down after it was closed and given to somebody else.
private final class HeldConnection: Sendable {
  private let descriptor = Lock<Int32?>(nil)

  /// - Returns: false when the server is stopping: nobody would interrupt this connection.
  func hold(_ connection: Int32, unless stop: StopSignal) -> Bool {
    descriptor.withLock { $0 = connection }
    return !stop.isFired
  }

  func interrupt() {
    descriptor.withLock { held in
      if let held { shutdown(held, Int32(SHUT_RDWR)) }
    }
  }

  func release(_ connection: Int32) {
    descriptor.withLock { $0 = nil }
    close(connection)
  }
}
