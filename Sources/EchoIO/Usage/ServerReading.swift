internal import Glibc

/// What a server's processes, its machine and the network there have come to by a moment, since they
/// began: a line that `echobench observe --format json` prints, of schema `echobench-observe/1`. What
/// happened between two moments is the difference of two of them.
public struct ServerReading: Codable, Equatable, Sendable {
  public enum Schema: String, Codable, Sendable {
    case version1 = "echobench-observe/1"
  }

  public var schema = Schema.version1
  public var host: String
  /// When, in nanoseconds since 1970, by the clock of this machine.
  public var unix: UInt64
  /// The process that is observed, with its descendants.
  public var process: Int32
  public var server: Server
  /// By CPU; empty where /proc does not tell.
  public var cpus: [CPU]
  /// Of the server's network namespace.
  public var tcp: TCP

  public struct Server: Codable, Equatable, Sendable {
    public var cpuNanoseconds: UInt64
    public var processes: Int

    enum CodingKeys: String, CodingKey {
      case cpuNanoseconds = "cpu_ns"
      case processes
    }
  }

  /// Counted by the kernel in ticks of 10 ms (proc_stat(5)).
  public struct CPU: Codable, Equatable, Sendable {
    public var number: Int
    public var busy: UInt64
    public var idle: UInt64
    /// Of the busy time: what the network's packets took, for whomever they were.
    public var softirq: UInt64

    enum CodingKeys: String, CodingKey {
      case number = "cpu"
      case busy = "busy_ns"
      case idle = "idle_ns"
      case softirq = "softirq_ns"
    }
  }

  /// Of all connections (RFC 4022; the kernel's networking/snmp_counter.rst).
  public struct TCP: Codable, Equatable, Sendable {
    public var sent: UInt64
    public var retransmits: UInt64
    /// Times at which nothing came for so long that a segment was sent again.
    public var timeouts: UInt64
    /// Connections that were not taken up because the listener's backlog was full, and for any reason.
    public var listenOverflows: UInt64
    public var listenDrops: UInt64

    enum CodingKeys: String, CodingKey {
      case retransmits, timeouts
      case sent = "segments_sent"
      case listenOverflows = "listen_overflows"
      case listenDrops = "listen_drops"
    }
  }

  enum CodingKeys: String, CodingKey {
    case schema, host, process, server, cpus, tcp
    case unix = "unix_ns"
  }
}

extension ServerReading {
  /// Of a process and its descendants now; nil when it has ended.
  /// - Throws: `SystemError` where there is no descriptor or memory to look with.
  public init?(of process: Int32) throws(SystemError) {
    host = hostName()
    self.process = process
    var cpuNanoseconds: UInt64 = 0
    let members = try ProcessTree(root: process).lookUp()
    unix = unixNow()
    for member in members {
      var clock = clockid_t()
      guard let stat = try ProcessStat.lookUp(member),
        clock_getcpuclockid(member, &clock) == 0
      else {
        // A descendant that ends at this moment is in what its parent has of its children.
        if member == process { return nil }
        continue
      }
      if member == process, stat.state == "Z" { return nil }
      cpuNanoseconds += nanoseconds(of: clock) + stat.childUser + stat.childSystem
    }
    server = Server(cpuNanoseconds: cpuNanoseconds, processes: members.count)
    cpus = Self.cpus(readProcFile("/proc/stat") ?? "")
    tcp = TCP(
      snmp: readProcFile("/proc/\(process)/net/snmp") ?? "",
      netstat: readProcFile("/proc/\(process)/net/netstat") ?? "")
  }

  /// `cpu0 user nice system idle iowait irq softirq steal …`, in ticks.
  static func cpus(_ text: String) -> [CPU] {
    Array(allCPUs(text).prefix(mostCPUs))
  }

  /// More than any kernel has (CONFIG_NR_CPUS).
  private static let mostCPUs = 8192

  private static func allCPUs(_ text: String) -> some Sequence<CPU> {
    Lines(text).lazy.compactMap { line in
      guard line.hasPrefix("cpu"), let number = Int(line.dropFirst(3).prefix { $0 != " " }) else {
        return nil
      }
      let usage = MachineUsage(cpuLine: line)
      let ticks =
        line.split(separator: " ", maxSplits: 8).dropFirst(7).first.flatMap { UInt64($0) } ?? 0
      return CPU(
        number: number, busy: usage.busy, idle: usage.idle,
        softirq: MachineUsage.nanoseconds(ticks: ticks))
    }
  }
}

extension ServerReading.TCP {
  /// From /proc/[pid]/net/snmp and netstat (proc_pid_net(5)); 0 where they do not tell.
  init(snmp: String, netstat: String) {
    let (tcp, more) = (Self.counters("Tcp:", snmp), Self.counters("TcpExt:", netstat))
    sent = tcp["OutSegs"] ?? 0
    retransmits = tcp["RetransSegs"] ?? 0
    timeouts = more["TCPTimeouts"] ?? 0
    listenOverflows = more["ListenOverflows"] ?? 0
    listenDrops = more["ListenDrops"] ?? 0
  }

  /// What happened between two readings; 0 where a counter went back.
  public static func - (later: Self, earlier: Self) -> Self {
    var between = later
    for counter in [
      \Self.sent, \.retransmits, \.timeouts, \.listenOverflows, \.listenDrops,
    ] {
      between[keyPath: counter] = increase(
        later[keyPath: counter], since: earlier[keyPath: counter])
    }
    return between
  }

  /// More than the kernel has of any protocol.
  private static let mostCounters = 1000

  /// A line of names, and a line of numbers.
  private static func counters(_ name: Substring, _ text: String) -> [Substring: UInt64] {
    var lines: [[Substring]] = []
    for line in Lines(text) where line.hasPrefix("\(name) ") && lines.count < 3 {
      lines.append(line.split(separator: " ", maxSplits: mostCounters))
    }
    guard lines.count == 2 else { return [:] }
    return Dictionary(
      zip(lines[0].dropFirst(), lines[1].dropFirst().map { UInt64($0) ?? 0 }),
      uniquingKeysWith: { first, _ in first })
  }
}
