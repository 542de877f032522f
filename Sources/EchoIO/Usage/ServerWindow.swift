internal import Glibc

/// Reads what a server, its machine and the network there do between two moments, for clients on other
/// machines whose windows these are. Moments are in nanoseconds since 1970, by the clock of this machine.
public struct ServerWindow {
  private let tree: ProcessTree
  private let observed: ObservedServer
  private let start: UInt64
  private let end: UInt64
  private let memoryBefore: UInt64?
  private var members: Result<[Int32], SystemError>?
  private var before: (edge: EdgeReading, tcp: ServerReading.TCP)?

  /// What was used between the moments, or why that is not known.
  public struct Usage: Codable, Equatable, Sendable {
    public var server: ProcessUsage?
    /// Why there are no figures of the server, in a sentence.
    public var unknown: String?
    public var machine: MachineUsage?
    /// The time between the readings.
    public var covered: UInt64
    public var memory: ClientReport.ServerMemory?
    public var tcp: ServerReading.TCP

    enum CodingKeys: String, CodingKey {
      case server, unknown, machine, memory, tcp
      case covered = "covered_ns"
    }
  }

  /// - Parameters:
  ///   - process: the server's, with its descendants.
  ///   - address: where it should listen.
  ///   - memoryBefore: what it held before the first connection, as ``memory(of:)`` told.
  public init(
    of process: Int32, at address: Address, from start: UInt64, to end: UInt64,
    memoryBefore: UInt64?
  ) {
    tree = ProcessTree(root: process)
    observed = ObservedServer(process, at: address)
    (self.start, self.end, self.memoryBefore) = (start, end, memoryBefore)
  }

  /// Bytes that a process and its descendants hold by themselves; nil where the kernel does not tell.
  public static func memory(of process: Int32) -> UInt64? { ProcessTree(root: process).memory() }

  /// When to proceed next.
  public var due: UInt64 {
    if before != nil { return end }
    return members == nil ? start - min(start, Self.lead) : start
  }

  /// How long before the window to look up which processes there are, in nanoseconds: that reads a file of
  /// every process of the machine.
  private static let lead: UInt64 = 20_000_000

  /// Does what is due.
  /// - Returns: what was used, once the window is over.
  public mutating func proceed() -> Usage? {
    guard unixNow() >= due else { return nil }
    if members == nil {
      members = Result(catching: tree.lookUp)
    } else if before == nil {
      before = (edge(members), tcp)
    } else {
      return usage(until: edge(Result(catching: tree.lookUp)))
    }
    return nil
  }

  private func edge(_ members: Result<[Int32], SystemError>?) -> EdgeReading {
    EdgeReading(at: monotonicNow(), client: []) { members }
  }

  private var tcp: ServerReading.TCP {
    ServerReading.TCP(
      snmp: readProcFile("/proc/\(tree.root)/net/snmp") ?? "",
      netstat: readProcFile("/proc/\(tree.root)/net/netstat") ?? "")
  }

  private func usage(until after: EdgeReading) -> Usage? {
    guard let before else { return nil }
    let covered = after.moment - before.edge.moment
    let window = end - min(end, start)
    let isLate = 2 * covered < window || covered > 2 * window
    var usage = Usage(covered: covered, tcp: tcp - before.tcp)
    if !isLate, let machine = before.edge.machine {
      usage.machine = after.machine.map { $0 - machine }
    }
    // How many messages came back meanwhile the clients know.
    switch observed.usage(before.edge.server, after.server, isLate: isLate, 0) {
    case .success(let server): usage.server = server
    case .failure(let unknown): usage.unknown = unknown.reason
    }
    if let memoryBefore, let memory = tree.memory() {
      usage.memory = ClientReport.ServerMemory(before: memoryBefore, with: memory)
    }
    return usage
  }
}
