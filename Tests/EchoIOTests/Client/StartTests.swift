import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  /// When a client that is one of several begins, and how long it goes on.
  @Suite struct StartTests {
    private static let short = TimeSpan.milliseconds(100)

    @Test(arguments: Engine.allCases)
    func `the load begins at the moment, and the window a warm-up later`(engine: Engine) throws {
      try withServer(.named("epoll")) { server in
        let ahead = MonotonicClock().toUnix
        let moment = Moment(unixNanoseconds: unixNow() + 300_000_000)
        // On a busy machine it is woken late, and may have to wait for a CPU at any time.
        let long = TimeSpan.seconds(1)
        let result = try load(server.address, engine) {
          $0.start = .at(moment)
          $0.participant = .test
          $0.warmup = long
          $0.cooldown = long
          $0.stopRule = .duration(long)
        }
        expectValid(result, messages: result.counts.completed)
        // As near as two clocks of one machine go, of which somebody may set one meanwhile: whoever was woken late
        // begins at the same moment.
        let start = moment.unixNanoseconds + long.nanoseconds
        let moved = abs(Int64(bitPattern: MonotonicClock().toUnix &- ahead))
        #expect(abs(Int64(result.window.startUnix) - Int64(start)) < 1_000_000 + moved)
        #expect(result.window.duration == long.nanoseconds)
        #expect(result.window.cooldown == long.nanoseconds)
        let fleet = try #require(result.fleet)
        #expect(fleet.startAt == moment.unixNanoseconds)
        #expect(try #require(fleet.ready) < moment.unixNanoseconds)
        let sent = try #require(fleet.load)
        #expect(sent.start <= result.window.startUnix)
        #expect(sent.end >= result.window.startUnix + 2 * long.nanoseconds - 1_000_000)
        // What went on behind the window is not in it.
        #expect(result.lifetime.bytesSent > 1000 * result.counts.sent)
      }
    }

    @Test(arguments: [Int64(-86_400), -3600, 0, 3600, 86_400])
    func `whoever sets the machine's clock does not move a load that begins`(seconds: Int64) {
      let clock = MonotonicClock()
      let before = clock.now()
      let unix = UInt64(Int64(unixNow()) - seconds * 1_000_000_000)
      let moment = LoadStart(unix: unix, late: 5_000_000).moment(of: clock)
      #expect(moment >= before - 1_000_000_000)
      #expect(moment <= clock.now())
    }

    @Test func `a cool-down has no part in the figures`() throws {
      try withServer(.named("epoll")) { server in
        let result = try load(server.address, .event) {
          $0.rate = 1000
          $0.warmup = .milliseconds(0)
          $0.stopRule = .duration(Self.short)
          $0.cooldown = .milliseconds(400)
        }
        expectValid(result, messages: result.counts.completed)
        // As many as are due in the window; behind it four times as many, or half of them on a busy machine.
        #expect(result.counts.completed <= 101)
        #expect(result.lifetime.bytesSent >= 2 * result.counts.bytesSent)
        #expect(result.schedule?.unsent ?? 0 < 100)
        #expect(result.fleet == nil)
      }
    }

    @Test func `a server that ends in the cool-down is found out`() throws {
      let server = try RunningServer(.named("epoll"))
      let work = try BoundedWork("client") {
        var workload = Workload(
          address: server.address, load: Load(engine: .event, workers: 1),
          stopRule: .duration(.milliseconds(50)), warmup: .milliseconds(0))
        workload.cooldown = .seconds(30)
        return try LoadRun.run(workload, until: try StopSignal())
      }
      usleep(300_000)
      _ = try server.finish()
      let result = try work.value()
      #expect(!result.valid)
      // With a message on its way the kernel resets what is closed.
      #expect([[.missing], [.reset]].contains(result.broken), "\(result.invalidReasons)")
    }

    @Test func `a moment that has passed is refused, with by how much`() throws {
      try withServer(.named("threads")) { server in
        let error = try #require(throws: SystemError.self) {
          try load(server.address, .blocking) {
            $0.start = .at(Moment(unixNanoseconds: unixNow() - 2_500_000_000))
          }
        }
        #expect("\(error)".contains("It had passed 2.5"))
        #expect("\(error)".contains(" s before this client was started: choose a later moment"))
      }
    }

    @Test func `whoever stops a client that waits does not wait`() throws {
      try withServer(.named("threads")) { server in
        let stop = try StopSignal()
        let work = try BoundedWork("client") {
          var workload = Workload(address: server.address, load: Load(workers: 2))
          workload.start = .at(Moment(unixNanoseconds: unixNow() + 600_000_000_000))
          return try LoadRun.run(workload, until: stop)
        }
        usleep(100_000)
        stop.fire()
        let error = try #require(throws: SystemError.self) { try work.value() }
        #expect(error.errno == EINTR)
      }
    }

    @Test(arguments: [
      ("go\n", StartRule.atOnce), ("go", .atOnce), ("\t go \r\n", .atOnce),
      ("1.5\r\n", .at(Moment(unixNanoseconds: 1_500_000_000))),
      ("1970-01-01T00:00:02Z\ngo\n", .at(Moment(unixNanoseconds: 2_000_000_000))),
    ])
    func `a line says when to begin`(text: String, rule: StartRule) throws {
      #expect(try startLine(text) == rule)
    }

    @Test(arguments: [
      ("", "It ended before it said 'go' or a moment."),
      ("stop\n", "or 'go', got 'stop'."), ("\u{0}g\u{1}o\n", "or 'go', got 'go'."),
      ("\n", "or 'go', got ''."),
      ("\u{1b}[31mgo\u{7}\n", "or 'go', got '[31mgo'."),
      (String(repeating: "x", count: 100_000), "or 'go', got 'xxxx"),
    ])
    func `another line is told what it must be`(text: String, words: String) throws {
      let error = try #require(throws: SystemError.self) { try startLine(text) }
      #expect("\(error)".contains(words))
    }

    private func startLine(_ text: String) throws -> StartRule {
      var ends: [Int32] = [0, 0]
      try #require(pipe(&ends) == 0)
      defer { close(ends[0]) }
      // No more than a pipe holds.
      let bytes = Array(text.utf8.prefix(4096))
      write(ends[1], bytes, bytes.count)
      close(ends[1])
      return try StartLine.read(from: ends[0], until: StopSignal())
    }
  }
}

extension Participant {
  fileprivate static var test: Participant {
    Participant(id: ClientID(host: "h2", number: nil), shard: Shard(1, of: 2), version: "0")
  }
}

struct ParticipantTests {
  @Test(arguments: ["h1", "h-1.example.org", "A_b.7", String(repeating: "a", count: 100)])
  func `an id is a plain word`(text: String) throws {
    #expect("\(try ClientID(parsing: text))" == text)
  }

  @Test(arguments: [
    "", ".", "..", "../a", "a/b", "-a", ".a", "a b", "a\n", "a\u{0}", "ä", "{id}",
    String(repeating: "a", count: 101),
  ])
  func `what leads elsewhere, or means something to somebody, is refused`(text: String) {
    #expect(throws: UnitError.self) { try ClientID(parsing: text) }
  }

  @Test(
    arguments: [
      ("h1", nil, "h1"), ("h1", 3, "h1.3"), ("../x", nil, "host..-x"), ("", 1, "host.1"),
      ("bü ro", nil, "b---ro"),
    ] as [(String, Int?, String)])
  func `a host's name becomes an id, whatever it is`(host: String, number: Int?, id: String) throws
  {
    let made = ClientID(host: host, number: number)
    #expect("\(made)" == id)
    #expect(try ClientID(parsing: id) == made)
  }

  @Test func `the seed of each client is another one, and always the same`() throws {
    let ids = try ["h1", "h2", "h1.1", "1h"].map { try ClientID(parsing: $0) }
    let seeds = ids.flatMap { id in [0, 1, UInt64.max >> 11].map { Workload.seed($0, of: id) } }
    #expect(Set(seeds).count == seeds.count)
    #expect(seeds.allSatisfy { $0 < 1 << 53 })
    #expect(seeds == ids.flatMap { id in [0, 1, .max >> 11].map { Workload.seed($0, of: id) } })
  }
}
