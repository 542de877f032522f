public import EchoIO

/// What a server used from one reading to the next, for people: a line for each.
public struct ObserveText {
  private var first: ServerReading?
  private var last: ServerReading?

  public init() {}

  /// What stands above the lines.
  public static let heading =
    ["time s", "server CPUs", "machine", "softirq", "retransmits", "timeouts", "overflows"]
    .map { right($0) }.joined(separator: "  ") + "\n"

  /// Nil for the first reading, which is the beginning.
  public mutating func line(_ reading: ServerReading) -> String? {
    defer { last = reading }
    guard let first, let last, reading.unix > last.unix else {
      self.first = first ?? reading
      return nil
    }
    let use = ServerUse(from: last, to: reading)
    return [
      fixed(Double(reading.unix - first.unix) / 1e9, 1), use.serverCPUs.map { fixed($0, 2) } ?? "–",
      use.machineBusy.map { "\(fixed(100 * $0, 0)) %" } ?? "–",
      use.busiestSoftirq.map { "\(fixed(100 * $0.share, 0)) % CPU \($0.cpu)" } ?? "–",
      "\(use.tcp.retransmits)", "\(use.tcp.timeouts)", "\(use.tcp.listenOverflows)",
    ].map { Self.right($0) }.joined(separator: "  ") + "\n"
  }

  private static func right(_ text: String) -> String {
    String(repeating: " ", count: max(0, 11 - text.count)) + text
  }
}

/// What a server, its machine and the network there did between two readings.
struct ServerUse {
  /// CPU time of the server per time; nil where the total went back, as it does when a descendant is gone
  /// whose parent never asked how it had ended.
  let serverCPUs: Double?
  /// Of the machine's CPU time, the part that was used; nil where that is not known.
  let machineBusy: Double?
  /// Of the CPU that spent most on packets: the part of its time.
  let busiestSoftirq: (cpu: Int, share: Double)?
  let tcp: ServerReading.TCP

  /// - Precondition: `later` is of a later moment.
  init(from earlier: ServerReading, to later: ServerReading) {
    let nanoseconds = Double(later.unix - earlier.unix)
    let (before, after) = (earlier.server.cpuNanoseconds, later.server.cpuNanoseconds)
    serverCPUs = after >= before ? Double(after - before) / nanoseconds : nil
    let pairs = later.cpus.compactMap { cpu in
      earlier.cpus.first { $0.number == cpu.number }.map { ($0, cpu) }
    }
    let busy = pairs.reduce(0.0) { $0 + Double(Self.increase($1.0.busy, $1.1.busy)) }
    let idle = pairs.reduce(0.0) { $0 + Double(Self.increase($1.0.idle, $1.1.idle)) }
    machineBusy = busy + idle > 0 ? busy / (busy + idle) : nil
    busiestSoftirq = pairs.map {
      (cpu: $1.number, share: Double(Self.increase($0.softirq, $1.softirq)) / nanoseconds)
    }.max { $0.share < $1.share }
    tcp = later.tcp - earlier.tcp
  }

  /// 0 where a counter went back, as that of idle time may (proc_stat(5)).
  private static func increase(_ earlier: UInt64, _ later: UInt64) -> UInt64 {
    later > earlier ? later - earlier : 0
  }
}
