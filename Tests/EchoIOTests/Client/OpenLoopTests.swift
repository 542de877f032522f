import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  /// Messages that are sent when they are due, whatever the replies do.
  struct OpenLoopTests {
    @Test(arguments: Arrival.allCases)
    func `as many are sent as are due`(arrival: Arrival) throws {
      try withServer(.named("epoll")) { server in
        let result = try load(server.address, .event) {
          $0.workers = 2
          $0.connections = 5
          $0.rate = 2000
          $0.arrival = arrival == .steady ? nil : arrival
          $0.warmup = .milliseconds(100)
          $0.stopRule = .duration(.milliseconds(500))
        }
        #expect(result.invalidReasons == [])
        #expect(result.connections.served == 5)
        // 1000 are due, but for those at the edges; of random ones by no more than six standard
        // deviations. On a busy machine some are late.
        #expect((500...(arrival == .steady ? 1050 : 1200)).contains(result.counts.completed))
        #expect(result.latency.kind == "response_time")
        #expect(result.service?.kind == "service_time")
        let schedule = try #require(result.schedule)
        #expect(schedule.offered == 2000 && schedule.achieved >= 1000)
        // Never before it is due, and so the response takes as long as the service at least.
        #expect(schedule.sendLag.min ?? 0 > 0)
        #expect(result.latency.mean ?? 0 > result.service?.mean ?? .infinity)
      }
    }

    @Test func `a server that is too slow is behind, and the result says so`() throws {
      let result = try withLies { conversation in
        try conversation.answer(1000) { number, message in
          usleep(5000)
          return message
        }
      } _: {
        try load($0, .event) {
          $0.rate = 1000
          $0.stopRule = .duration(.milliseconds(500))
        }
      }
      #expect(result.valid)
      let schedule = try #require(result.schedule)
      #expect(result.keepsRate == false)
      #expect(schedule.achieved < 210)
      // All but a fifth of what was due, since nearly as long.
      #expect(schedule.unsent > 350)
      #expect(schedule.behind > 350_000_000 && schedule.behind < 500_000_000)
      // Each message is sent when the one before is answered: that is not what its user sees.
      #expect(result.service?.max ?? 0 < result.latency.max ?? 0)
      #expect(result.latency.max ?? 0 > 300_000_000)
      #expect("\(schedule)".contains("s behind at the end"))
    }

    /// Tene, "How NOT to Measure Latency", 2013: the closed loop stops asking while the server
    /// stands still, and so does not see it.
    @Test
    func `one standstill is one message to a closed loop, and as many as came to an open one`()
      throws
    {
      let stall: @Sendable (Conversation) throws -> Void = { conversation in
        try conversation.answer(1000) { number, message in
          if number == 200 { usleep(500_000) }
          return message
        }
      }
      let closed = try withLies(stall) {
        try load($0, .event) { $0.stopRule = .duration(.milliseconds(1500)) }
      }
      let open = try withLies(stall) {
        try load($0, .event) {
          $0.rate = 1000
          $0.stopRule = .duration(.milliseconds(1500))
        }
      }
      let slow = (closed: closed.latency, open: open.latency)
      #expect(closed.valid && open.valid)
      #expect((slow.closed.max ?? 0) >= 500_000_000 && (slow.open.max ?? 0) >= 500_000_000)
      // A third of the time nothing was answered: a tenth of what was due waited for 200 ms and more.
      #expect((slow.closed.percentiles["90"] ?? nil) ?? .max < 100_000_000)
      #expect((slow.open.percentiles["90"] ?? nil) ?? 0 > 200_000_000)
      #expect((open.service?.percentiles["90"] ?? nil) ?? .max < 100_000_000)
    }

    @Test func `blocks are due, and messages counted`() throws {
      try withServer(.named("epoll")) { server in
        let result = try load(server.address, .event) {
          $0.rate = 2000
          $0.block = 4
          $0.pipeline = 2
          $0.stopRule = .duration(.milliseconds(400))
        }
        #expect(result.valid)
        #expect((400...840).contains(result.counts.completed))
        #expect(result.schedule?.sendLag.mean ?? 0 > 0)
        #expect(result.blocks?.kind == "response_time")
      }
    }

    @Test func `a connection on which nothing was due is not one that was left unserved`() throws {
      try withServer(.named("epoll")) { server in
        let result = try load(server.address, .event) {
          $0.connections = 100
          $0.rate = 100
          $0.stopRule = .duration(.milliseconds(300))
        }
        #expect(result.valid)
        #expect(result.connections.served == 100)
        #expect(result.counts.completed < 40)
      }
    }

    @Test func `what was to come after an interruption is no backlog`() throws {
      try withServer(.named("epoll")) { server in
        let stop = try StopSignal()
        let work = try BoundedWork("stop") {
          usleep(300_000)
          stop.fire()
        }
        let result = try load(server.address, .event, until: stop) {
          $0.rate = 1000
          $0.stopRule = .duration(.seconds(20))
        }
        try work.value()
        #expect(result.partial)
        let schedule = try #require(result.schedule)
        #expect(schedule.behind < 2_000_000_000 && schedule.unsent < 2000)
      }
    }

    @Test func `a rate beyond all reason leaves time to read replies, and ends in time`() throws {
      try withServer(.named("epoll")) { server in
        let start = monotonicNow()
        let result = try load(server.address, .event) {
          $0.connections = 3
          $0.rate = 100_000_000
          $0.stopRule = .duration(.milliseconds(300))
        }
        #expect(result.valid)
        // More than the first of each connection, however slow the machine is.
        #expect(result.counts.completed > 3)
        #expect(monotonicNow() - start < 5_000_000_000)
        #expect(result.keepsRate == false)
      }
    }
  }
}
