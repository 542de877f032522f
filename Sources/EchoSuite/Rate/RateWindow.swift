public import EchoIO

/// One window of a search, and what came of it. Times are in nanoseconds.
public struct RateWindow: Codable, Equatable, Sendable {
  public let kind: Kind
  /// What was offered, in messages per second; nil in the closed loop.
  @ExplicitNull public var rate: Int?
  public let duration: UInt64
  @ExplicitNull public var achieved: Double?
  /// Nil in the closed loop, which shows what the connections reach.
  @ExplicitNull public var outcome: Outcome?
  /// What kept the client from more, and with that the server from showing it, in words; absent where it
  /// was not the client.
  public let clientLimit: String?
  /// By the name of the figure; null where too few messages tell it.
  public let latency: [String: Double?]
  /// CPU time of the client's busiest thread, and of the server's where that is observed, ÷ the window.
  @ExplicitNull public var clientBusiest: Double?
  @ExplicitNull public var serverBusiest: Double?

  public enum Kind: String, Codable, Sendable {
    case closed, search, confirmation
  }

  public enum Outcome: String, Codable, Sendable {
    case held
    /// The condition was not met.
    case condition
    /// Less came back than was offered.
    case notKept = "rate_not_kept"
    /// Too few messages to tell.
    case unknown
    /// Nothing came back, or a connection made no progress for as long as the timeout.
    case stalled
  }

  enum CodingKeys: String, CodingKey {
    case kind, outcome
    case rate = "messages_per_second"
    case duration = "duration_ns"
    case achieved = "achieved_per_second"
    case clientLimit = "client_limit"
    case latency = "latency_ns"
    case clientBusiest = "client_busiest_thread"
    case serverBusiest = "server_busiest_thread"
  }

  /// - Parameter step: nil of the closed loop.
  init(_ report: ClientReport, _ step: RateSearch.Step?, _ condition: LatencyCondition) {
    kind = step.map { $0.isConfirmation ? .confirmation : .search } ?? .closed
    duration = report.window.duration
    let figures = LatencyFigure.allCases.map { ($0.rawValue, report.latency[$0]) }
    latency = Dictionary(uniqueKeysWithValues: figures)
    let use = BusiestThreads(report)
    let outcome = step.map { _ in Outcome(report, condition) }
    clientLimit =
      outcome == nil || outcome == .held ? nil : report.clientLimit(use, for: condition)
    self.rate = step?.rate
    self.achieved = report.throughput.messagesPerSecond
    self.outcome = outcome
    self.clientBusiest = use.client
    self.serverBusiest = use.server
  }
}

extension RateWindow.Outcome {
  /// What a window of an open loop shows that is a measurement, or stalled.
  init(_ report: ClientReport, _ condition: LatencyCondition) {
    guard report.valid, report.schedule != nil else {
      self = .stalled
      return
    }
    guard report.keepsRate == true else {
      self = .notKept
      return
    }
    self =
      switch condition.isMet(by: report.latency) {
      case true?: .held
      case false?: .condition
      case nil: .unknown
      }
  }
}

extension ClientReport {
  /// True of a window that is no measurement only because the server did not answer in time, which is what
  /// too high a rate may do to it.
  var isStalled: Bool {
    let faults = counts.errors.filter { $0.value > 0 }.keys
    return !valid && error == nil && faults.allSatisfy { $0 == FailureKind.timeout.rawValue }
  }

  /// True of a window that ended before anything came back, with nothing else wrong.
  var isSilent: Bool { counts.completed == 0 && counts.errors.allSatisfy { $0.value == 0 } }

  /// Why the client, and not the server, may be what did not hold, in words; nil where it is not.
  fileprivate func clientLimit(_ use: BusiestThreads, for condition: LatencyCondition) -> String? {
    let isSpinning = workload.load.spins
    if let client = use.client, client >= BusiestThreads.noTimeLeft, !isSpinning,
      client >= use.server ?? 0
    {
      return "its busiest thread used \(fixed(100 * client, 0)) % of a CPU"
    }
    // A message also waits to be sent while its connection is in use, which is the server's doing.
    guard let schedule, let service, let mean = service.mean,
      condition.isMet(by: schedule.sendLag) == false, condition.isMet(by: service) == true
    else { return nil }
    let load = workload.load
    let inUse =
      schedule.achieved / Double(load.messagesPerBlock) * mean / 1e9
      / Double(load.connections * load.depth)
    guard inUse < Self.mostlyFree else { return nil }
    return
      "it sent too late, while its connections were in use \(fixed(100 * inUse, 0)) % of the time"
  }

  private static var mostlyFree: Double { 0.5 }
}

/// How much of a CPU the busiest threads of both sides used during a window; nil where it is not known.
private struct BusiestThreads {
  var client: Double?
  var server: Double?

  init(_ report: ClientReport) {
    guard let span = report.window.usage, span > 0 else { return }
    client = report.client.map { Double($0.busiestThreadNanoseconds) / Double(span) }
    server = report.server.map { Double($0.busiestThreadNanoseconds) / Double(span) }
  }

  /// A thread that is always runnable is not always running: interrupts take their share.
  static let noTimeLeft = 0.9
}
