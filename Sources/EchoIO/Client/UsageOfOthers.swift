/// Reads what a server, a client and the machine use, where the client is not this process but
/// somebody who tells when its window begins and ends.
public struct UsageOfOthers {
  private let server: ProcessTree
  private let observed: ObservedServer
  private let client: ProcessTree
  private var before: EdgeReading?
  private var after: EdgeReading?
  /// When the window began, in nanoseconds of Unix time; nil while it has not.
  public private(set) var startUnix: UInt64?

  /// - Parameters:
  ///   - server: the process whose usage is read, with its descendants.
  ///   - address: where it should listen.
  ///   - client: the same for the client.
  public init(server: Int32, at address: Address, client: Int32) {
    self.server = ProcessTree(root: server)
    self.client = ProcessTree(root: client)
    observed = ObservedServer(server, at: address)
  }

  public var hasBegun: Bool { before != nil }
  public var hasEnded: Bool { after != nil }

  public mutating func begin() {
    startUnix = unixNow()
    before = reading()
  }

  public mutating func end() { after = reading() }

  private func reading() -> EdgeReading {
    let (clients, servers) = (client.members(), Result(catching: server.lookUp))
    return EdgeReading(at: monotonicNow(), client: clients) { servers }
  }

  /// What was used between the two, into a report that knows its window already.
  public func add(to report: inout ClientReport) {
    guard let before, let after else { return }
    report.readUsage(before, after, observed)
  }
}
