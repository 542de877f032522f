internal import Glibc

#if Liburing
  internal import CLiburing
#endif

/// io_uring at the best its mechanism allows: receives that stay, buffers that the kernel picks, and
/// sends that are submitted with the wait.
///
/// A wake-up is one call of io_uring_enter(2), however many connections it is about: it submits the
/// replies to all that the last one told of, and waits for the next. Accepting and receiving are
/// requests that stay (multishot: a completion each time, until they fail), into buffers that belong
/// to the loop, so that an idle connection costs a line in a table. A reply completes only when the
/// socket does not take all of it at once; when nothing is told of it, it has been written, and its
/// buffers go back.
///
/// What a socket does not take is copied, and the receive is cancelled until it is written: a peer that
/// never reads holds what was received of it in one wake-up, and no buffer of others. While replies are
/// written at once, a connection may have several buffers, which go out as one send.
///
/// On a unix socket a receive is submitted for each that is over, with the wait as everything else.
///
/// Not used: registered files (which spare a look-up per send, but cannot be watched by anything else),
/// a polling kernel thread (which would cost a CPU), bundles of buffers (Linux 6.10), zero copy (which
/// pays from tens of KiB on, and not on loopback, where the kernel copies anyway).
public enum IOUringBackend: Backend {
  public static let name = "io_uring"
  public static let summary = "io_uring, one call for all that is received and sent at a wake-up"
  public static let defaultThreads = 1
  /// Its lines in four tables, which grow by doubling.
  public static let idleConnectionBytes = 128
  /// What was received in the wake-up in which the socket took no more.
  public static func unreadConnectionBytes(bufferSize: Int) -> Int {
    #if Liburing
      idleConnectionBytes + max(BufferRing.fewest(ofSize: bufferSize), mostUnseen) * bufferSize
    #else
      0
    #endif
  }

  /// So many pieces the kernel brings for a receive that stays before the server sees the first of them, once others
  /// have had the ring grow (MULTISHOT_MAX_RETRY of its io_uring/net.c, since 6.8).
  private static let mostUnseen = 32

  public static var unavailability: String? { RingAvailability.unavailability }
  public static let instructionsUnavailability: String? = RingAvailability.underValgrind

  public static func serve(
    _ listener: borrowing Socket, options: ServerOptions, until stop: StopSignal,
    whenReady announce: () -> Void
  ) throws(SystemError) -> ServerCounters {
    #if Liburing
      try RingLoop<MultishotEcho>.serve(listener, options, until: stop, whenReady: announce)
    #else
      throw SystemError("io_uring", errno: ENOSYS)
    #endif
  }
}

#if Liburing
  /// The connections of a loop.
  private final class MultishotEcho: RingEcho {
    private let ring: Ring
    private let buffers: BufferRing
    private var connections: DescriptorTable<MultishotConnection>
    private var ready: DescriptorTable<Int32>
    private var flying: DescriptorTable<Int32>
    private var starved: DescriptorTable<Int32>
    private let loop: UnsafeMutablePointer<Multishot>

    init(
      on ring: Ring, capacity: Int, _ counters: UnsafeMutablePointer<ServerCounters>
    ) throws(SystemError) {
      self.ring = ring
      buffers = try BufferRing(of: ring, size: capacity)
      connections = try DescriptorTable()
      ready = try DescriptorTable()
      flying = try DescriptorTable()
      starved = try DescriptorTable()
      loop = .allocate(capacity: 1)
      loop.initialize(
        to: Multishot(
          ring: ring.view, counters: counters, offer: buffers.offer,
          connections: connections.entries, ready: ready.entries, flying: flying.entries,
          starved: starved.entries, vectors: .allocate(capacity: buffers.most),
          messages: .allocate(capacity: buffers.most / 2)))
    }

    deinit {
      loop.pointee.vectors.deallocate()
      loop.pointee.messages.deallocate()
      loop.deallocate()
    }

    var underWay: Int {
      get { loop.pointee.underWay }
      set { loop.pointee.underWay = newValue }
    }

    func adopt(_ connection: Int32) {
      let hasRoom =
        connections.makeRoom(for: connection) && ready.makeRoom(for: connection)
        && flying.makeRoom(for: connection) && starved.makeRoom(for: connection)
      loop.pointee.connections = connections.entries
      loop.pointee.ready = ready.entries
      loop.pointee.flying = flying.entries
      loop.pointee.starved = starved.entries
      guard hasRoom else {
        close(connection)
        return
      }
      connections.entries[Int(connection)] = MultishotConnection()
      loop.pointee.receivesStay = isInternetSocket(connection)
      loop.pointee.receive(connection)
    }

    func stop() {
      loop.pointee.isStopping = true
    }

    func drive() -> Completion? {
      while true {
        let completion = IOUringBackend.drive(loop)
        // The one that is a connection's: there was no buffer for it.
        guard completion?.request == .receive else { return completion }
        buffers.grow()
        loop.pointee.offer = buffers.offer
      }
    }
  }

  extension IOUringBackend {
    // Measured, calls only: io_uring_submit_and_wait settle feed flush seeToFailedSend
    //   seeToPatientSend seeToEndOfReceive keep
    @inline(never)
    fileprivate static func drive(_ loop: UnsafeMutablePointer<Multishot>) -> Completion? {
      while true {
        while loop.pointee.told == 0 {
          if loop.pointee.allTold {
            let gaveBack = loop.pointee.flyingCount > 0
            settle(loop)
            if loop.pointee.starvedCount > 0 { feed(loop, gaveBack: gaveBack) }
            flush(loop)
          }
          if loop.pointee.isStopping, loop.pointee.underWay == 0, loop.pointee.flyingCount == 0,
            loop.pointee.starvedCount == 0
          {
            return nil
          }
          let result = loop.pointee.ring.submitAndWait(loop.pointee.awaited)
          if result < 0 { return Completion(RingRequest.failure.data(), result) }
          loop.pointee.allTold = cliburing_all_told(loop.pointee.ring)
          loop.pointee.awaited = loop.pointee.allTold ? 1 : 0
          loop.pointee.told = cliburing_unseen(loop.pointee.ring)
        }
        let (data, result, flags) = loop.pointee.ring.takeCompletion()
        loop.pointee.told &-= 1
        let descriptor = Int32(truncatingIfNeeded: data)
        if data < RingRequest.send.data() {
          if !received(loop, descriptor, result, flags) { return Completion(data, result, flags) }
        } else if data < RingRequest.cancellation.data() {
          if loop.pointee.connections[Int(descriptor)].sending == .quietly {
            seeToFailedSend(loop, descriptor, Int(result))
          } else {
            seeToPatientSend(loop, descriptor, Int(result))
          }
        } else if data >= RingRequest.accept.data() {
          return Completion(data, result, flags)
        }
      }
    }

    /// Sees to what a receive has given.
    /// - Returns: false when more buffers would help.
    @inline(__always)
    private static func received(
      _ loop: UnsafeMutablePointer<Multishot>, _ descriptor: Int32, _ result: Int32, _ flags: UInt32
    ) -> Bool {
      let connection = loop.pointee.connections + Int(descriptor)
      loop.pointee.counters.pointee.readCalls.countOne()
      if flags & IORING_CQE_F_BUFFER != 0 {
        let number = UInt16(truncatingIfNeeded: flags >> UInt32(IORING_CQE_BUFFER_SHIFT))
        if result > 0 {
          loop.pointee.counters.pointee.bytesIn &+= UInt64(result)
          loop.pointee.offer.buffers[Int(number)].count = UInt32(bitPattern: result)
          if connection.pointee.sending == .patiently || connection.pointee.hasEnded {
            keep(loop, descriptor, number)
          } else {
            connection.pointee.append(number, loop.pointee.offer.buffers)
            markReady(loop, descriptor, connection)
          }
        } else {
          loop.pointee.offer.giveBack(number)
        }
      }
      if flags & IORING_CQE_F_MORE != 0 { return true }
      return seeToEndOfReceive(loop, descriptor, result)
    }

    @inline(__always)
    private static func markReady(
      _ loop: UnsafeMutablePointer<Multishot>, _ descriptor: Int32,
      _ connection: UnsafeMutablePointer<MultishotConnection>
    ) {
      guard !connection.pointee.isReady else { return }
      connection.pointee.isReady = true
      loop.pointee.ready[loop.pointee.readyCount] = descriptor
      loop.pointee.readyCount &+= 1
    }
  }
#endif
