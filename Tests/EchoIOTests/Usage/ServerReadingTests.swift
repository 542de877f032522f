import Glibc
import Testing

@testable import EchoIO

/// What an observation reads of the server's machine, from files as proc_stat(5) and proc_pid_net(5) have
/// them.
struct ServerReadingTests {
  @Test func `each CPU has its busy and idle time, and that of soft interrupts`() {
    let cpus = ServerReading.cpus(
      """
      cpu  3 0 6 12 0 0 9 0 0 0
      cpu0 1 2 3 40 5 6 7 8 0 0
      cpu11 2 0 3 8 0 0 0 0 0 0
      intr 1 2 3
      """)
    let tick = MachineUsage.nanosecondsPerTick
    #expect(cpus.map(\.number) == [0, 11])
    #expect(cpus.map(\.softirq) == [7 * tick, 0])
    #expect(cpus.map(\.idle) == [45 * tick, 8 * tick])
    #expect(cpus.map(\.busy) == [19 * tick, 5 * tick])
  }

  private let snmp = """
    Ip: Forwarding DefaultTTL
    Ip: 1 64
    Tcp: RtoAlgorithm OutSegs RetransSegs InErrs
    Tcp: 1 500 7 3
    """
  private let netstat = """
    TcpExt: SyncookiesSent TCPTimeouts ListenOverflows ListenDrops
    TcpExt: 4 5 6 8
    IpExt: InNoRoutes
    IpExt: 0
    """

  @Test func `what the network counts is found by its name`() {
    let tcp = ServerReading.TCP(snmp: snmp, netstat: netstat)
    #expect(tcp.sent == 500 && tcp.retransmits == 7 && tcp.timeouts == 5)
    #expect(tcp.listenOverflows == 6 && tcp.listenDrops == 8)
  }

  @Test func `what is not told is none`() {
    let tcp = ServerReading.TCP(snmp: "Tcp: OutSegs", netstat: "")
    #expect(tcp.sent == 0 && tcp.retransmits == 0 && tcp.listenDrops == 0)
  }

  @Test func `what happened is the difference of two readings, and no counter goes back`() {
    let earlier = ServerReading.TCP(snmp: snmp, netstat: netstat)
    var later = earlier
    later.sent = 800
    later.retransmits = 9
    later.listenDrops = 2
    let between = later - earlier
    #expect(between.sent == 300 && between.retransmits == 2)
    #expect(between.timeouts == 0 && between.listenDrops == 0)
  }
}

extension DataPlane {
  /// When an observation ends, and what it says of a process that it cannot look at.
  struct EndOfObservationTests {
    /// A clock that goes back an hour at each look would never come to the end.
    @Test func `a duration is by a clock that nobody sets`() throws {
      let work = try BoundedWork("observation") {
        let hours = Lock(UInt64(1000))
        let observation = Observation(
          of: getpid(), every: .milliseconds(10), until: .after(.milliseconds(50)),
          or: try StopSignal(), wallNow: { hours.withLock { backOneHour(&$0) } })
        let start = monotonicNow()
        let ending = try observation.run { _ in true }
        return (ending, monotonicNow() - start)
      }
      let (ending, took) = try work.value()
      guard case .over = ending else {
        Issue.record("it has not come to its end: \(ending)")
        return
      }
      #expect(took >= 50_000_000)
    }

    /// A moment of the machine's clock comes when that is set beyond it.
    @Test func `a moment is by the machine's clock, whoever sets it`() throws {
      let work = try BoundedWork("observation") {
        let looks = Lock(UInt64(0))
        var readings = 0
        let observation = Observation(
          of: getpid(), every: .milliseconds(10), until: .at(Moment(unixNanoseconds: 10 * hour)),
          or: try StopSignal(),
          wallNow: {
            looks.withLock { looks in
              looks += 1
              return looks < 6 ? hour : 11 * hour
            }
          })
        _ = try observation.run { _ in
          readings += 1
          return true
        }
        return readings
      }
      // Two looks for each reading, but the last.
      #expect(try work.value() == 4)
    }

    @Test func `a process that cannot be looked at is not one that has ended`() async throws {
      await #expect(processExitsWith: .success) {
        try await ThisProcess.letDispatchOpenItsDescriptors()
        let stop = try StopSignal()
        try Shell.with("read go") { shell in
          let taken = try TakenDescriptors(sparing: 0)
          #expect(isAlive(shell.id))
          let observation = Observation(
            of: shell.id, every: .milliseconds(10), until: .after(.milliseconds(20)), or: stop)
          let error = #expect(throws: SystemError.self) { _ = try observation.run { _ in true } }
          #expect(error?.call.hasPrefix("open /proc") == true)
          #expect(error?.errno == EMFILE && error?.remedy == moreDescriptors)
          let reading = shell.tree.read()
          let usage = ObservedServer(shell.id, at: .unix(path: "/nobody/listens"))
            .usage(reading, reading, isLate: false, 5)
          guard case .failure(let unknown) = usage else {
            Issue.record("figures of what could not be looked at")
            return
          }
          #expect(unknown.reason.contains(": it could not be looked at: open /proc"))
          #expect(unknown.reason.contains("Too many open files"))
          for none in [-1, 0, 4_194_303] as [Int32] { #expect(!isAlive(none)) }
          taken.giveBack()
        }
      }
    }

    @Test(arguments: [Int32.min, -1, 0, 4_194_303])
    func `what is no process's id is nobody alive`(process: Int32) {
      #expect(!isAlive(process))
    }
  }
}

private let hour: UInt64 = 3_600_000_000_000

private func backOneHour(_ hours: inout UInt64) -> UInt64 {
  hours -= 1
  return hours * hour
}
