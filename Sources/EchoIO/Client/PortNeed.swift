/// Ports that a client needs whose connections take each other's place. The side that ends a connection
/// first, which is the client, keeps its port for a while (TIME-WAIT, RFC 9293, section 3.6.1).
public struct PortNeed {
  /// Connections per second; nil where that is up to the server.
  private let perSecond: Double?
  /// In all; nil where that is up to the time.
  private let total: Int?
  private let connections: Int
  private let isLoopback: Bool

  /// How long a port is kept on Linux, in seconds; over loopback it may be used again after one
  /// (tcp_tw_reuse, tcp(7)).
  private var kept: Double { isLoopback ? 1 : 60 }

  /// nil where no port is needed, or where there are as many as anybody can use: connections to an address
  /// of 127.0.0.0/8 come from as many of its addresses as it takes.
  public init?(_ workload: Workload) {
    guard let every = workload.load.reconnect, case .internet(let host, _) = workload.address,
      !host.hasPrefix("127."), host != "localhost"
    else { return nil }
    perSecond = workload.load.rate.map { Double($0) / Double(every) }
    total =
      switch workload.stopRule {
      case .messages(let count): Self.connections(count, workload.load.workers, every)
      case .duration: nil
      }
    connections = workload.connections
    isLoopback = host == "::1"
  }

  private static func connections(_ messages: Int, _ workers: Int, _ every: Int) -> Int {
    let (all, isTooMany) = messages.multipliedReportingOverflow(by: workers)
    return (isTooMany ? .max : all) / every
  }

  /// What will be too few, in a sentence; nil when nothing is foreseen.
  /// - Parameter ports: as many as one address has.
  public func shortage(of ports: Int) -> String? {
    let free = max(0, ports - connections)
    if let perSecond, perSecond * kept > Double(free), total.map({ $0 > free }) ?? true {
      return "\(grouped(perSecond)) new connections/s need \(grouped(perSecond * kept))"
        + " ports, since each is kept for \(Int(kept)) s after its end (TIME-WAIT), and there are"
        + " \(grouped(ports)): the run will end without. \(Self.remedy)"
    }
    if perSecond == nil, !isLoopback, let total, total > free {
      return
        "\(grouped(total)) new connections within \(Int(kept)) s, for which each keeps its port after"
        + " its end (TIME-WAIT), need more than the \(grouped(ports)) ports that there are. \(Self.remedy)"
    }
    return nil
  }

  static let remedy =
    "Have a connection carry more messages (--reconnect every=N), lower --rate, or widen"
    + " net.ipv4.ip_local_port_range"

  /// Of an address of this machine, or what Linux has unless told otherwise.
  public static var ports: Int {
    ports(in: readProcFile("/proc/sys/net/ipv4/ip_local_port_range") ?? "")
  }

  /// The same of the kernel's file, whatever stands there.
  static func ports(in range: String) -> Int {
    let ends = range.split(maxSplits: 2, whereSeparator: \.isWhitespace).compactMap { UInt16($0) }
    return ends.count == 2 && ends[0] <= ends[1] ? Int(ends[1] - ends[0]) + 1 : 28_232
  }

  /// How many connections of this machine are in TIME-WAIT; nil where that cannot be read.
  static var inTimeWait: Int? {
    let words = (readProcFile("/proc/net/sockstat") ?? "").split(whereSeparator: \.isWhitespace)
    return words.firstIndex(of: "tw").flatMap { $0 + 1 < words.count ? Int(words[$0 + 1]) : nil }
  }
}
