internal import Glibc

#if Liburing
  internal import CLiburing
#endif

/// io_uring as most echo benchmarks have it: for each message one receive and one send, submitted
/// when the one before has completed.
///
/// That is two calls of io_uring_enter(2) per message where epoll makes three calls, less where
/// several connections complete at once, since one call submits and waits for all of them. Each
/// connection has a buffer of its own, which the receive that waits in the kernel holds: an idle
/// connection costs as much of it as was ever filled. Nothing is received before the reply is written.
/// It has none of what makes ``IOUringBackend`` cheaper: receives that stay, and buffers that the
/// kernel picks.
public enum IOUringPlainBackend: Backend {
  public static let name = "io_uring-plain"
  public static let summary = "io_uring, a receive and a send for each message"
  public static let defaultThreads = 1
  /// The pages of its buffer that a message of 1000 bytes has touched.
  public static let idleConnectionBytes = 1 << 13
  public static var unavailability: String? { RingAvailability.unavailability }
  public static let instructionsUnavailability: String? = RingAvailability.underValgrind

  public static func serve(
    _ listener: borrowing Socket, options: ServerOptions, until stop: StopSignal,
    whenReady announce: () -> Void
  ) throws(SystemError) -> ServerCounters {
    #if Liburing
      try RingLoop<PlainEcho>.serve(listener, options, until: stop, whenReady: announce)
    #else
      throw SystemError("io_uring", errno: ENOSYS)
    #endif
  }
}

#if Liburing
  /// The connections of a loop.
  private final class PlainEcho: RingEcho {
    private let ring: Ring
    private let capacity: Int
    private let counters: UnsafeMutablePointer<ServerCounters>
    private var connections: DescriptorTable<PlainConnection>
    private var state = PlainState()

    init(
      on ring: Ring, capacity: Int, _ counters: UnsafeMutablePointer<ServerCounters>
    ) throws(SystemError) {
      self.ring = ring
      self.capacity = min(capacity, mostAtOnce)
      self.counters = counters
      connections = try DescriptorTable()
    }

    var underWay: Int {
      get { state.underWay }
      set { state.underWay = newValue }
    }

    func adopt(_ connection: Int32) {
      guard connections.makeRoom(for: connection), let buffer = malloc(capacity) else {
        close(connection)
        return
      }
      connections.entries[Int(connection)] = PlainConnection(buffer: buffer)
      state.underWay += 1
      cliburing_receive(
        ring.view.nextEntry, connection, buffer, UInt32(capacity),
        RingRequest.receive.data(connection))
    }

    func stop() {
      state.isStopping = true
    }

    func drive() -> Completion? {
      IOUringPlainBackend.drive(ring.view, connections.entries, capacity, counters, &state)
    }
  }

  /// A connection: either a receive into its buffer is under way, or a send of what that gave.
  private struct PlainConnection: BitwiseCopyable {
    var buffer: UnsafeMutableRawPointer
    var received = 0
    var sent = 0
  }

  private struct PlainState {
    var underWay = 0
    /// Completions of the last call that are still to be seen to.
    var told: UInt32 = 0
    var isStopping = false
  }

  extension IOUringPlainBackend {
    // Measured, calls only: io_uring_submit_and_wait io_uring_submit ringFailed end
    @inline(never)
    fileprivate static func drive(
      _ ring: RingView, _ connections: UnsafeMutablePointer<PlainConnection>,
      _ capacity: Int, _ counters: UnsafeMutablePointer<ServerCounters>, _ state: inout PlainState
    ) -> Completion? {
      while true {
        while state.told == 0 {
          if state.isStopping, state.underWay == 0 { return nil }
          let result = ring.submitAndWait()
          if result < 0 { return Completion(RingRequest.failure.data(), result) }
          state.told = cliburing_unseen(ring)
        }
        let (data, result, flags) = ring.takeCompletion()
        state.told &-= 1
        let descriptor = Int32(truncatingIfNeeded: data)
        let connection = connections + Int(descriptor)
        if data < RingRequest.send.data() {
          counters.pointee.readCalls.countOne()
          if result > 0 { counters.pointee.bytesIn &+= UInt64(result) }
          connection.pointee.received = Int(result)
          connection.pointee.sent = 0
        } else if data < RingRequest.cancellation.data() {
          if result > 0 { counters.pointee.bytesOut &+= UInt64(result) }
          connection.pointee.sent &+= Int(result)
        } else {
          return Completion(data, result, flags)
        }
        if state.isStopping || result <= 0 {
          end(descriptor, connection, &state)
        } else {
          proceed(ring, descriptor, connection, capacity, counters)
        }
      }
    }

    /// Receives when everything is sent, and else sends what is not.
    @inline(__always)
    private static func proceed(
      _ ring: RingView, _ descriptor: Int32,
      _ connection: UnsafeMutablePointer<PlainConnection>, _ capacity: Int,
      _ counters: UnsafeMutablePointer<ServerCounters>
    ) {
      let (buffer, sent) = (connection.pointee.buffer, connection.pointee.sent)
      let left = connection.pointee.received &- sent
      let entry = ring.nextEntry
      if left == 0 {
        cliburing_receive(
          entry, descriptor, buffer, UInt32(capacity),
          RingRequest.receive.data(descriptor))
      } else {
        counters.pointee.writeCalls.countOne()
        cliburing_send(
          entry, descriptor, buffer + sent, UInt32(truncatingIfNeeded: left), Int32(MSG_NOSIGNAL),
          RingRequest.send.data(descriptor))
      }
    }

    /// The stream has ended, the peer is gone, or the server stops: nothing is under way.
    // Measured, calls only: close free
    @inline(never)
    private static func end(
      _ descriptor: Int32, _ connection: UnsafeMutablePointer<PlainConnection>,
      _ state: inout PlainState
    ) {
      close(descriptor)
      free(connection.pointee.buffer)
      state.underWay &-= 1
    }
  }
#endif
