public import EchoIO

/// What `client --format json` prints, whatever happened: schema `echobench-client/1`.
///
/// Times are in nanoseconds, sizes in bytes. Message counts are those of the measured window;
/// `lifetime` has the bytes of the connections' whole life, warm-up and drain included. Error
/// counts are connections that broke in that way.
public struct ClientReport: Codable, Equatable, Sendable {
  public var schema = "echobench-client/1"
  public var valid: Bool
  public var partial: Bool
  public var invalidReasons: [String]
  /// Why the run could not take place; then nothing below was measured.
  @ExplicitNull public var error: String?
  public var build = BuildConfiguration.current.rawValue
  public var target: Target
  public var workload: WorkloadReport
  public var window: WindowReport
  public var counts: Counts
  public var lifetime: Lifetime
  public var throughput: Throughput
  public var latency: Latency
  public var connections: Connections
  public var cpu: CPUTime
  @ExplicitNull public var client: ProcessUsage?
  @ExplicitNull public var server: ProcessUsage?
  @ExplicitNull public var machine: MachineUsage?

  enum CodingKeys: String, CodingKey {
    case schema, valid, partial, error, build, target, workload, window, counts, lifetime
    case throughput, latency, connections, cpu, client, server, machine
    case invalidReasons = "invalid_reasons"
  }

  public struct Target: Codable, Equatable, Sendable {
    public var address: String
  }

  /// The load, and what decides the content of its messages.
  public struct WorkloadReport: Equatable, Sendable {
    public var load: Load
    public var seed: UInt64
  }

  public struct WindowReport: Codable, Equatable, Sendable {
    public var startUnix: UInt64
    public var duration: UInt64
    public var warmup: UInt64
    /// The time that the CPU figures cover; absent in reports of earlier versions.
    public var usage: UInt64?

    enum CodingKeys: String, CodingKey {
      case startUnix = "start_unix_ns"
      case duration = "duration_ns"
      case warmup = "warmup_ns"
      case usage = "usage_ns"
    }
  }

  public struct Counts: Codable, Equatable, Sendable {
    public var sent: UInt64
    public var completed: UInt64
    public var bytesSent: UInt64
    public var bytesReceived: UInt64
    /// By the raw value of ``FailureKind``, the zeros too.
    public var errors: [String: Int]

    enum CodingKeys: String, CodingKey {
      case sent, completed, errors
      case bytesSent = "bytes_sent"
      case bytesReceived = "bytes_received"
    }
  }

  public struct Lifetime: Codable, Equatable, Sendable {
    public var bytesSent: UInt64
    public var bytesReceived: UInt64
    /// Of those received, the ones after the half-close; absent in reports of earlier versions.
    public var bytesDrained: UInt64?

    /// Those received up to the half-close. How many a server that goes on sending has sent by the
    /// time it is cut off is up to the client.
    var bytesBack: UInt64 { bytesReceived - min(bytesReceived, bytesDrained ?? 0) }

    enum CodingKeys: String, CodingKey {
      case bytesSent = "bytes_sent"
      case bytesReceived = "bytes_received"
      case bytesDrained = "bytes_drained"
    }
  }

  public struct Throughput: Codable, Equatable, Sendable {
    @ExplicitNull public var messagesPerSecond: Double?
    @ExplicitNull public var bytesPerSecond: Double?

    enum CodingKeys: String, CodingKey {
      case messagesPerSecond = "messages_per_second"
      case bytesPerSecond = "bytes_per_second"
    }
  }

  public struct Latency: Codable, Equatable, Sendable {
    public var kind = "service_time"
    public var unit = "ns"
    @ExplicitNull public var min: UInt64?
    @ExplicitNull public var mean: Double?
    @ExplicitNull public var max: UInt64?
    /// By the percentile; null where fewer than ten samples lie above it.
    public var percentiles: [String: UInt64?]
    /// HdrHistogram's compressed V2 encoding, Base64; null when nothing was recorded.
    @ExplicitNull public var hdrV2: String?

    enum CodingKeys: String, CodingKey {
      case kind, unit, min, mean, max, percentiles
      case hdrV2 = "hdr_v2"
    }
  }

  public struct Connections: Codable, Equatable, Sendable {
    public var served: Int
    public var total: Int
    public var slowestMessages: UInt64
    public var fastestMessages: UInt64

    enum CodingKeys: String, CodingKey {
      case served, total
      case slowestMessages = "slowest_messages"
      case fastestMessages = "fastest_messages"
    }
  }
}

extension ClientReport {
  /// The percentiles that are reported.
  public static let percentiles = ["50", "90", "99", "99.9"]

  /// Turns a result into what is printed of it. A figure of an invalid one is not.
  public init(_ result: ClientResult, error: SystemError? = nil) {
    let workload = result.workload
    let isMeasured = result.isValid && error == nil
    valid = isMeasured
    partial = result.isPartial
    invalidReasons = error == nil ? result.invalidReasons : []
    self.error = error.map { "\($0)" }
    target = Target(address: "\(workload.address)")
    self.workload = WorkloadReport(load: workload.load, seed: workload.seed)
    window = WindowReport(
      startUnix: result.windowStartUnix, duration: result.windowNanoseconds,
      warmup: result.warmupNanoseconds, usage: result.usageNanoseconds)
    let size = UInt64(workload.size.bytes)
    counts = Counts(
      sent: result.sent, completed: result.completed, bytesSent: result.sent * size,
      bytesReceived: result.completed * size,
      errors: Dictionary(
        uniqueKeysWithValues: FailureKind.allCases.map { ($0.rawValue, result.failureCount($0)) }))
    if error?.isFailedConnection == true { counts.errors[FailureKind.connect.rawValue] = 1 }
    lifetime = Lifetime(
      bytesSent: result.lifetimeBytesSent, bytesReceived: result.lifetimeBytesReceived,
      bytesDrained: result.drainedBytes)
    throughput = Throughput(
      messagesPerSecond: result.messagesPerSecond, bytesPerSecond: result.bytesPerSecond)
    latency = Latency(isMeasured ? result.latency : LatencyHistogram())
    connections = Connections(
      served: result.connectionsServed, total: workload.connections,
      slowestMessages: result.slowestMessages, fastestMessages: result.fastestMessages)
    cpu = result.cpu
    client = result.client
    server = result.server
    machine = result.machine
  }
}

/// One object: the members of the load, the seed, and what every load of today has in common.
extension ClientReport.WorkloadReport: Codable {
  private enum CodingKeys: CodingKey {
    case seed, pacing, pipeline
  }

  public init(from decoder: any Decoder) throws {
    load = try Load(from: decoder)
    seed = try decoder.container(keyedBy: CodingKeys.self).decode(UInt64.self, forKey: .seed)
  }

  public func encode(to encoder: any Encoder) throws {
    try load.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(seed, forKey: .seed)
    try container.encode("closed", forKey: .pacing)
    try container.encode(1, forKey: .pipeline)
  }
}

extension ClientReport.Latency {
  init(_ histogram: LatencyHistogram) {
    let isEmpty = histogram.count == 0
    min = isEmpty ? nil : histogram.min
    mean = histogram.mean
    max = isEmpty ? nil : histogram.max
    percentiles = Dictionary(
      uniqueKeysWithValues: ClientReport.percentiles.map {
        ($0, histogram.percentile(Double($0) ?? 0))
      })
    hdrV2 = isEmpty ? nil : histogram.encodedV2
  }
}
