import Testing

@testable import EchoIO

struct ServerCountersTests {
  @Test func `what several loops counted is added up`() {
    var total = ServerCounters()
    var one = ServerCounters()
    one.connections = 1
    one.bytesIn = 10
    one.bytesOut = 9
    one.readCalls.countOne()
    one.readCalls.countOne()
    one.writeCalls.countOne()
    total += one
    total += one
    #expect(total.connections == 2)
    #expect(total.bytesIn == 20)
    #expect(total.bytesOut == 18)
    #expect(total.reads == 4)
    #expect(total.writes == 2)
  }

  @Test func `a count that one loop does not know is not known of all`() {
    var unknown = ServerCounters()
    unknown.reads = nil
    var known = ServerCounters()
    known.reads = 5
    known.writes = 7
    for (left, right) in [(unknown, known), (known, unknown), (unknown, unknown)] {
      var total = left
      total += right
      #expect(total.reads == nil)
    }
    var total = unknown
    total += known
    #expect(total.writes == 7)
  }

  @Test func `the spread of several loops is that of their connections`() {
    let loops = [3, 1, 2].map { (count: UInt64) in
      var loop = ServerCounters()
      loop.connections = count
      return loop
    }
    #expect(ServerCounters.total(of: loops).perThread == .init(least: 1, most: 3))
    #expect(ServerCounters.total(of: loops).connections == 6)
    #expect(ServerCounters.total(of: [loops[0]]).perThread == nil)
    #expect(ServerCounters.total(of: [ServerCounters(), ServerCounters()]) == ServerCounters())
  }

  @Test func `a line of counters is a cache line at most`() {
    #expect(MemoryLayout<ServerCounters>.size <= 64)
  }
}
