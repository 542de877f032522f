public import EchoIO

/// What a host has in a trial: a member of the line in `trials.jsonl`. What differs from host to host stands
/// here and is not averaged. Times are in nanoseconds, moments since 1970 by the suite's clock.
public struct HostReading: Codable, Equatable, Sendable {
  public var host: String
  public var role: HostMachine.Role
  /// How far its clock is ahead of the suite's, and how far off that may be.
  public var clock: Clock
  /// Of the machine in the window; absent where it does not know.
  public var machine: MachineUsage?
  /// Of a client host.
  public var client: Client?
  /// Of the server's host: of its network in the window.
  public var tcp: ServerReading.TCP?

  public struct Clock: Codable, Equatable, Sendable {
    public var offset: Int64
    public var error: UInt64

    enum CodingKeys: String, CodingKey {
      case offset = "offset_ns"
      case error = "error_ns"
    }
  }

  public struct Client: Codable, Equatable, Sendable {
    public var shard: Shard
    public var valid: Bool
    public var seed: UInt64
    public var start: UInt64
    public var duration: UInt64
    /// The time that the figures of the process and the machine cover; absent where they are.
    public var usage: UInt64?
    public var connections: Int
    public var completed: UInt64
    /// Nil when invalid.
    public var messagesPerSecond: Double?
    public var latency: ClientReport.Latency
    /// Of its workers.
    public var cpu: CPUTime
    /// Of the process; absent where its clocks could not be read in time.
    public var process: ProcessUsage?
    public var retransmits: UInt64?

    enum CodingKeys: String, CodingKey {
      case shard, valid, seed, connections, completed, latency, cpu, process, retransmits
      case start = "start_unix_ns"
      case duration = "duration_ns"
      case usage = "usage_ns"
      case messagesPerSecond = "messages_per_second"
    }
  }
}

extension HostReading {
  init(_ agent: Agent, _ role: HostMachine.Role) {
    host = agent.host.name
    self.role = role
    clock = Clock(offset: agent.clock?.offset ?? 0, error: agent.clock?.error ?? 0)
  }

  /// Of the server's host.
  init(_ agent: Agent, _ usage: ServerWindow.Usage?) {
    self.init(agent, .server)
    machine = usage?.machine
    tcp = usage?.tcp
  }

  /// Of a client's.
  /// - Throws: `HistogramError`.
  init(_ agent: Agent, _ report: ClientReport, _ shard: Shard) throws(HistogramError) {
    self.init(agent, .client)
    machine = report.machine
    client = Client(
      shard: shard, valid: report.valid, seed: report.workload.seed,
      start: report.window.startUnix, duration: report.window.duration,
      usage: report.window.usage, connections: report.workload.load.connections,
      completed: report.counts.completed,
      messagesPerSecond: report.throughput.messagesPerSecond,
      latency: try report.condensed().latency, cpu: report.cpu, process: report.client,
      retransmits: report.retransmits)
  }
}

extension HostReading {
  /// Of the time of its client, how much the busiest thread was running or in line for a CPU; nil where that is
  /// not known, and of the server's host.
  var busiestThread: Double? {
    guard let client, let usage = client.process else { return nil }
    return usage.busiestShare(of: client.usage ?? client.duration)
  }
}

extension ProcessUsage {
  /// How much of so many nanoseconds its busiest thread was running or in line for a CPU; reports of earlier
  /// versions tell how much it ran.
  func busiestShare(of covered: UInt64) -> Double? {
    guard covered > 0 else { return nil }
    return min(1, Double(runnableThreadNanoseconds ?? busiestThreadNanoseconds) / Double(covered))
  }
}

extension FigureLimits {
  /// - Parameter name: of the member that has the hosts.
  mutating func check(_ name: @autoclosure () -> String, _ host: HostReading) {
    check("\(name()).clock.error_ns", host.clock.error)
    check("\(name()).machine", host.machine)
    check("\(name()).tcp", host.tcp)
    guard let client = host.client else { return }
    checkMoment("\(name()).client.start_unix_ns", client.start)
    check("\(name()).client.duration_ns", client.duration)
    check("\(name()).client.usage_ns", client.usage)
    check("\(name()).client.connections", client.connections)
    check("\(name()).client.completed", client.completed)
    checkRate("\(name()).client.messages_per_second", client.messagesPerSecond)
    check("\(name()).client.latency", client.latency)
    check("\(name()).client.cpu", client.cpu)
    check("\(name()).client.process", client.process)
    check("\(name()).client.retransmits", client.retransmits)
  }

  mutating func check(_ name: @autoclosure () -> String, _ tcp: ServerReading.TCP?) {
    check("\(name()).retransmits", tcp?.retransmits)
    check("\(name()).timeouts", tcp?.timeouts)
    check("\(name()).listen_overflows", tcp?.listenOverflows)
  }
}

extension ServerWindow.Usage {
  /// The first figure that cannot be; nil when there is none.
  var problem: String? {
    var limits = FigureLimits()
    limits.check("usage.covered_ns", covered)
    limits.check("usage.server", server)
    limits.check("usage.machine", machine)
    limits.check("usage.memory.before_connections_bytes", memory?.before)
    limits.check("usage.memory.with_connections_bytes", memory?.with)
    limits.check("usage.tcp", tcp)
    return limits.problem
  }
}
