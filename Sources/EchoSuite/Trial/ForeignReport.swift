internal import EchoIO

/// What a client that is somebody's command says last, as a line of JSON: schema
/// `echobench-foreign-client/1`.
public struct ForeignReport: Codable, Equatable, Sendable {
  public enum Schema: String, Codable, Sendable {
    case version1 = "echobench-foreign-client/1"
  }

  public var schema = Schema.version1
  /// Replies that were whole within its window.
  public let messages: Double
  /// How long that was.
  public let seconds: Double
  /// When it began, in nanoseconds of Unix time.
  public let startUnix: Double?
  /// CPU time within the window: its own, and that of the server if it observed it.
  public let clientCPUNanoseconds: Double?
  public let serverCPUNanoseconds: Double?
  /// Round trips, by the percentile.
  public let latency: [String: Double]?

  enum CodingKeys: String, CodingKey {
    case schema, messages, seconds
    case startUnix = "start_unix_ns"
    case clientCPUNanoseconds = "client_cpu_ns"
    case serverCPUNanoseconds = "server_cpu_ns"
    case latency = "latency_ns"
  }

  public init(
    messages: Double, seconds: Double, startUnix: Double? = nil,
    clientCPUNanoseconds: Double? = nil,
    serverCPUNanoseconds: Double? = nil, latency: [String: Double]? = nil
  ) {
    self.messages = messages
    self.seconds = seconds
    self.startUnix = startUnix
    self.clientCPUNanoseconds = clientCPUNanoseconds
    self.serverCPUNanoseconds = serverCPUNanoseconds
    self.latency = latency
  }

  /// The largest whole number that every reader of JSON keeps (RFC 8259, section 6).
  private static let most = 9_007_199_254_740_991.0

  /// What cannot be in it; nil when all can.
  var problem: String? {
    if messages != messages.rounded() {
      return "'messages' must be a whole number, got \(messages)"
    }
    let longest = Double(SuiteLimits.duration.most.nanoseconds) / 1e9
    guard seconds > 0, seconds <= longest else {
      return "'seconds' must be above 0 and at most \(longest), got \(seconds)"
    }
    let counts: [(String, Double?)] =
      [
        ("messages", messages), ("start_unix_ns", startUnix),
        ("client_cpu_ns", clientCPUNanoseconds), ("server_cpu_ns", serverCPUNanoseconds),
      ] + (latency ?? [:]).sorted { $0.key < $1.key }.map { ("latency_ns.\($0.key)", $0.value) }
    for case (let name, let value?) in counts where !(0...Self.most).contains(value) {
      return "'\(name)' must be at least 0 and at most \(Int(Self.most)), got \(value)"
    }
    let known = ClientReport.percentiles
    if let other = latency?.keys.sorted().first(where: { !known.contains($0) }) {
      return "'latency_ns' has the percentiles \(known.joined(separator: ", ")), got '\(other)'"
    }
    return nil
  }
}

/// A run of such a client: what it told, and what this program has read itself at the edges of its
/// window where it said when these came.
public struct ForeignRun: Codable, Equatable, Sendable {
  /// What it was told to drive, and where.
  let address: String
  let load: Load
  let seed: UInt64
  let warmup: UInt64
  /// When its window began, in nanoseconds of Unix time: as it told, or as its mark came, else when
  /// it was started.
  let startUnix: UInt64
  let told: ForeignReport
  private(set) var client: ProcessUsage?
  private(set) var server: ProcessUsage?
  private(set) var machine: MachineUsage?
  /// The time that these cover.
  private(set) var usage: UInt64?

  enum CodingKeys: String, CodingKey {
    case address, load, seed, told, client, server, machine
    case warmup = "warmup_ns"
    case startUnix = "start_unix_ns"
    case usage = "usage_ns"
  }

  init(
    _ told: ForeignReport, at address: String, load: Load, seed: UInt64, warmup: UInt64,
    startUnix: UInt64, _ others: UsageOfOthers? = nil
  ) {
    self.address = address
    self.load = load
    self.seed = seed
    self.warmup = warmup
    self.startUnix = told.startUnix.map { UInt64($0) } ?? others?.startUnix ?? startUnix
    self.told = told
    var report = report
    others?.add(to: &report)
    (client, server, machine) = (report.client, report.server, report.machine)
    usage = report.window.usage
  }

  /// CPU time of the client and of the server in the window; nil where nobody knows it. What this
  /// program has read itself goes before what it was told.
  var clientCPUNanoseconds: Double? {
    client.map { Double($0.cpuNanoseconds) } ?? told.clientCPUNanoseconds
  }
  var serverCPUNanoseconds: Double? {
    server.map { Double($0.cpuNanoseconds) } ?? told.serverCPUNanoseconds
  }

  /// The same as a report of this program's own client. What such a client does not tell, its bytes
  /// and its connections, is 0 there and means nothing.
  var report: ClientReport {
    var report = ClientReport(
      Workload(address: .standard, load: load, warmup: TimeSpan(nanoseconds: warmup), seed: seed))
    report.target.address = address
    report.workload.load = load
    report.window.startUnix = startUnix
    report.window.duration = UInt64(told.seconds * 1e9)
    report.window.warmup = warmup
    report.window.usage = usage
    report.counts.completed = UInt64(told.messages)
    (report.client, report.server, report.machine) = (client, server, machine)
    guard told.messages > 0 else {
      report.invalidReasons = ["no message came back within the window"]
      return report
    }
    report.valid = true
    report.throughput.messagesPerSecond = told.messages / told.seconds
    report.throughput.bytesPerSecond = told.messages / told.seconds * Double(load.size.bytes)
    for (name, value) in told.latency ?? [:] where isFoundedOn(told.messages, name) {
      report.latency.percentiles[name] = UInt64(value)
    }
    return report
  }

  /// Ten samples have to lie above a percentile.
  private func isFoundedOn(_ messages: Double, _ percentile: String) -> Bool {
    messages * (1 - (Double(percentile) ?? 100) / 100) >= 10
  }
}
