/// What a run of the client came to. Whether it is a measurement is `isValid`.
public struct ClientResult: Sendable {
  public var workload: Workload
  /// SIGINT, SIGTERM or a caller's stop ended the run early.
  public var isPartial = false
  /// The measured window.
  public var windowStartUnix: UInt64 = 0
  public var windowNanoseconds: UInt64 = 0
  public var warmupNanoseconds: UInt64 = 0
  /// Between the two readings of the usage below: the window, unless this process was kept off the
  /// CPU at one of its edges.
  public var usageNanoseconds: UInt64 = 0
  /// Round trips that ended inside the window, and with them the messages that were on their way
  /// at its end.
  public var completed: UInt64 = 0
  public var sent: UInt64 = 0
  /// Bytes over the whole life of all connections, warm-up and drain included.
  public var lifetimeBytesSent: UInt64 = 0
  public var lifetimeBytesReceived: UInt64 = 0
  /// Those received after the half-close: none, from an honest server. A server that goes on sending
  /// is cut off, so that their number says when the client had seen enough.
  public var drainedBytes: UInt64 = 0
  public var failures: [Failure] = []
  public var latency = LatencyHistogram()
  /// Connections that were answered at least once before the window ended.
  public var connectionsServed = 0
  public var slowestMessages: UInt64 = 0
  public var fastestMessages: UInt64 = 0
  /// CPU time of this process inside the window.
  public var cpu = CPUTime(userNanoseconds: 0, systemNanoseconds: 0)
  /// The whole client process inside the window, its busiest thread among it.
  public var client: ProcessUsage?
  /// The observed server inside the window.
  public var server: ProcessUsage?
  /// The whole machine inside the window.
  public var machine: MachineUsage?

  public init(workload: Workload) {
    self.workload = workload
  }

  /// Why this is no measurement, each reason once; empty when it is one.
  public var invalidReasons: [String] {
    var reasons: [String] = []
    for failure in failures where !reasons.contains(failure.reason) {
      reasons.append(failure.reason)
    }
    if failures.isEmpty, completed == 0, !isPartial {
      reasons.append("no message came back within the window")
    }
    return reasons
  }

  public var isValid: Bool { invalidReasons.isEmpty && completed > 0 }

  /// Verified round trips per second of the measured window; nil when it is no measurement.
  public var messagesPerSecond: Double? {
    guard isValid, windowNanoseconds > 0 else { return nil }
    return Double(completed) / (Double(windowNanoseconds) / 1e9)
  }

  /// Payload one way per second.
  public var bytesPerSecond: Double? {
    messagesPerSecond.map { $0 * Double(workload.size.bytes) }
  }

  /// Failures of one kind.
  public func failureCount(_ kind: FailureKind) -> Int {
    failures.count { $0.kind == kind }
  }
}
