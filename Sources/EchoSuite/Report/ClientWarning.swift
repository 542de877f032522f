public import EchoIO

/// Something about a single run of the client that a reader should know before believing it.
public enum ClientWarning: Equatable, Sendable {
  case debugBuild
  case unverified(bytesSent: UInt64, bytesReceived: UInt64)
  case lengthOnly
  case unserved(served: Int, total: Int, first: [Int])
  case starved(connection: Int, messages: UInt64, mean: Double)
  case shortWindow(completed: UInt64, ofMessages: Bool)
  case lateReading(usage: UInt64, window: UInt64)
  case unobserved(reason: String)
  case scheduleNotKept(ClientReport.Schedule)
  case partial

  /// What there is to say about a report, the gravest first.
  public static func all(of report: ClientReport) -> [ClientWarning] {
    var warnings: [ClientWarning] = []
    if report.build == BuildConfiguration.debug.rawValue { warnings.append(.debugBuild) }
    if report.error != nil { return warnings }
    switch report.workload.load.verification {
    case .full: break
    case .length: warnings.append(.lengthOnly)
    case .off:
      warnings.append(
        .unverified(
          bytesSent: report.lifetime.bytesSent, bytesReceived: report.lifetime.bytesBack))
    }
    if report.partial { warnings.append(.partial) }
    if let schedule = report.schedule, report.keepsRate == false {
      warnings.append(.scheduleNotKept(schedule))
    }
    let connections = report.connections
    if report.valid, connections.served < connections.total {
      warnings.append(
        .unserved(
          served: connections.served, total: connections.total, first: connections.unserved ?? []))
    } else if report.valid, let slowest = connections.slowest {
      let mean = Double(report.counts.completed) / Double(connections.total)
      if mean >= fewestOfEach, Double(connections.slowestMessages) < mean / 10 {
        warnings.append(
          .starved(connection: slowest, messages: connections.slowestMessages, mean: mean))
      }
    }
    if report.valid, report.counts.completed < fewestMessages {
      let ofMessages = report.window.messagesPerWorker != nil
      warnings.append(
        .shortWindow(completed: report.counts.completed, ofMessages: ofMessages))
    }
    if report.valid, let usage = report.window.usage {
      let window = report.window.duration
      if max(usage, window) - min(usage, window) > window / 20 {
        warnings.append(.lateReading(usage: usage, window: window))
      }
    }
    if report.valid, let reason = report.serverUnknown {
      warnings.append(.unobserved(reason: reason))
    }
    return warnings
  }

  var isShortWindow: Bool {
    if case .shortWindow = self { true } else { false }
  }

  /// A p99 needs a thousand samples for ten to lie above it.
  private static let fewestMessages: UInt64 = 1000
  /// With fewer of each connection on the average, one that has none was unlucky.
  private static let fewestOfEach = 50.0
}

extension ClientWarning: CustomStringConvertible {
  /// What happened, why it matters, and what to try.
  public var description: String {
    switch self {
    case .debugBuild:
      "a debug build of echobench measures itself; build with -c release"
    case .unverified(let sent, let received):
      "nothing was verified: any bytes were taken as the reply. \(sent) bytes were sent and"
        + " \(received) came back. Use --verify full before believing the figures"
    case .lengthOnly:
      "the content of the replies was not compared; use --verify full"
    case .starved(let connection, let messages, let mean):
      "connection \(connection) starved: it had \(messages) messages where the mean is"
        + " \(fixed(mean, 0)). A server that serves others first is quick for those only"
    case .unserved(let served, let total, let first):
      "\(served) of \(total) connections were served: the others"
        + "\(numbers(first, of: total - served)) got no reply within the window. A"
        + " pool serves as many as it has threads: give it more, or use fewer connections. Where"
        + " --messages ended the window, give more of them"
    case .shortWindow(let completed, let ofMessages):
      "only \(completed) messages were measured; use"
        + (ofMessages ? " more --messages" : " a longer --duration")
    case .lateReading(let usage, let window):
      "the CPU clocks of processes were read late: they cover \(usage / 1_000_000) ms for a window of"
        + " \(window / 1_000_000) ms. Something kept this program from running; try again"
    case .unobserved(let reason): reason
    case .scheduleNotKept(let schedule):
      "the rate was not reached: \(schedule). Latency grows for as long as the run lasts: it says when"
        + " it was stopped, not how fast the server is. Use a lower --rate"
    case .partial:
      "interrupted: these figures are of a part of the run"
    }
  }

  /// ` (4, 5, 6 …)`
  private func numbers(_ first: [Int], of count: Int) -> String {
    guard !first.isEmpty else { return "" }
    let list = first.map(String.init).joined(separator: ", ")
    return " (\(list)\(first.count < count ? " …" : ""))"
  }
}
