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
  public static let unavailability: String? = nil

  public static func serve(
    _ listener: borrowing Socket, options: ServerOptions, until stop: StopSignal,
    whenReady announce: () -> Void
  ) throws(SystemError) -> ServerCounters {
    try requireDescriptors(1)
    let entrance = Entrance(listener.descriptor, until: stop)
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
    var total = ServerCounters()
    for thread in pool { thread.interrupt() }
    for thread in pool { total += thread.finish() }
    return total
  }

  /// The measured loop: one read and one write per message, until the peer is done or gone.
  // Measured, calls only: read write errno
  @inline(never)
  static func echo(
    _ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ capacity: Int,
    _ counters: inout ServerCounters
  ) {
    while true {
      let received = receive(descriptor, buffer, capacity)
      counters.readCalls.countOne()
      guard received > 0 else { return }
      counters.bytesIn &+= UInt64(received)
      var sent = 0
      repeat {
        let written = transmit(descriptor, buffer + sent, received - sent)
        counters.writeCalls.countOne()
        guard written > 0 else { return }
        counters.bytesOut &+= UInt64(written)
        sent += written
      } while sent < received
    }
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
          ThreadsBackend.echo(connection, buffer.base, capacity, &counters)
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

/// Where the threads of the pool wait for connections, one at a time.
///
/// If all of them polled the listener, each connection would wake them all, and that costs more
/// than the moment: threads that begin to serve out of such a crowd tend to end up on another CPU
/// than their client, and every message then crosses CPUs. On two cores, 1000-byte messages took
/// 8.6 to 17 µs of CPU time, from one start of the server to the next, instead of 8 to 10; a C
/// program of either shape did the same.
private final class Entrance: Sendable {
  private let listener: Int32
  private let stop: StopSignal
  private let turn = Lock<Void>(())

  init(_ listener: Int32, until stop: StopSignal) {
    self.listener = listener
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
        case .connection(let connection): return connection
        case .nobody: continue  // the peer has gone before its turn came
        case .exhausted: stop.wait(timeout: acceptPause)
        }
      }
    }
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
