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
