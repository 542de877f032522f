import Glibc
import Synchronization
import Testing

@testable import EchoIO

extension DataPlane {
  /// Which blocks of an open loop are issued, to the nanosecond. Block k is due at 1000 + 100 k.
  struct DueTests {
    @Test(
      arguments: [(999, 0), (1000, 1), (1001, 1), (1099, 1), (1100, 2), (1699, 7)]
        as [(UInt64, Int)])
    func `a block is issued at the moment at which it is due, and none before`(
      moment: UInt64, count: Int
    ) throws {
      #expect(try issued(by: moment, depth: 8, lifetime: .max) == count)
    }

    @Test func `no more are in flight than may be, however many are due`() throws {
      #expect(try issued(by: 1_000_000, depth: 8, lifetime: .max) == 8)
      #expect(try issued(by: 1_000_000, depth: 1, lifetime: .max) == 1)
    }

    @Test func `a connection has no more of them than its own`() throws {
      #expect(try issued(by: 1_000_000, depth: 8, lifetime: 3) == 3)
      #expect(try issued(by: 1199, depth: 8, lifetime: 3) == 2)
    }

    /// Blocks that a connection issues on which nothing was sent yet.
    private func issued(by moment: UInt64, depth: Int, lifetime: Int) throws -> Int {
      var ends: [Int32] = [-1, -1]
      try #require(
        socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &ends) == 0)
      defer { for end in ends { close(end) } }
      let stop = UnsafeMutablePointer<Atomic<Bool>>.allocate(capacity: 1)
      stop.initialize(to: Atomic(false))
      defer { stop.deallocate() }
      var load = Load(engine: .event, workers: 1, connections: 1, size: ByteCount(10))
      (load.rate, load.pipeline) = (1000, depth)
      let stretch = try Stretch(
        Workload(load: load), look: .milliseconds(100), target: nil, clock: MonotonicClock(),
        stop: stop)
      defer { stretch.deallocate() }
      var recorders = try Recorders()
      defer { recorders.deallocate() }
      let starts = UnsafeMutablePointer<UInt64>.allocate(
        capacity: StartSlots(depth: depth).count)
      defer { starts.deallocate() }
      var connection = ClientConnection(
        ends[0], index: 0, block: 1, lifetime: lifetime, starts: starts)
      let arrivals = Arrivals(from: 1000, interval: 100, phase: 0, connections: 1, pattern: nil)
      issueDue(&connection, 0, by: moment, arrivals, stretch, &recorders)
      #expect(connection.issued == 10 * connection.blocksIssued && connection.isSent)
      #expect(recorders.lag.completed == UInt64(connection.blocksIssued))
      return connection.blocksIssued
    }
  }
}
