internal import EchoIO

/// What a search for the rate that holds came to, for people: the rate, what was in the way of more, and every
/// window; warnings last.
public struct RateText: CustomStringConvertible {
  private let report: RateReport

  public init(_ report: RateReport) {
    self.report = report
  }

  public var description: String {
    (header + outcome + windows + warnings).map { "\($0)\n" }.joined()
  }

  private var header: [String] {
    var load = report.workload.load
    let arrival = (load.arrival ?? .steady).rawValue
    // Told in the row below.
    (load.findRate, load.arrival) = (nil, nil)
    return [
      row("target", report.target.address),
      row(
        "workload",
        (load.labels + ["seed \(report.workload.seed)"]).joined(separator: ", ")),
      row(
        "search",
        "\(report.condition), from when a message was due, in open loops of"
          + " \(TimeSpan(nanoseconds: report.duration)) or more after"
          + " \(TimeSpan(nanoseconds: report.warmup)) of warm-up,"
          + " \(arrival) arrivals"),
    ]
  }

  private var outcome: [String] {
    if let error = report.error { return [row("failed", error)] }
    guard report.valid else { return report.invalidReasons.map { row("INVALID", $0) } }
    var rows = [row("rate", report.finding)]
    if let held = report.held {
      let failed = report.failed.map { "\(grouped($0))/s did not hold" } ?? "nothing higher failed"
      rows.append(row("interval", "\(grouped(held))/s held, \(failed)"))
    }
    if let limit = report.limitText { rows.append(row("limit", limit)) }
    return rows
  }

  private var windows: [String] {
    report.windows.enumerated().map { index, window in
      row(index == 0 ? "windows" : "", window.text(of: report.condition))
    }
  }

  private var warnings: [String] { report.warnings.map { row("warning", $0) } }

  private func row(_ name: String, _ text: String) -> String { name.padded(to: 13) + text }
}

extension RateReport {
  /// The rate, or why there is none, in a sentence.
  var finding: String {
    let bound = limit == .client ? ", client-bound" : ""
    if let rate {
      let bytes = bytesPerSecond.map { ", \(fixed($0 / ByteCount.perMB, 2)) MB/s" } ?? ""
      return "\(grouped(rate)) messages/s\(bytes)\(bound)"
    }
    if partial { return "not known: the search was interrupted" }
    guard let obstacle else { return "not known" }
    return (hasHeldInShort ? "not known" : "no rate holds\(bound)") + ": \(obstacle)"
  }

  /// Why none was confirmed, in a few words; nil where nothing failed.
  var obstacle: String? {
    guard let failed, let lastFailure else { return nil }
    if hasHeldInShort { return "none held in a longer window, down to \(grouped(failed))/s" }
    return "at the lowest tried, \(grouped(failed))/s, \(lastFailure.reason(of: condition))"
  }

  /// Whether there was anything to confirm.
  private var hasHeldInShort: Bool { windows.contains { $0.kind == .confirmation } }

  /// Of the confirmed rate: messages may be of several sizes, and the window that confirmed it knows how many
  /// of each there were.
  var bytesPerSecond: Double? { confirmation?.throughput.bytesPerSecond }

  /// What was in the way of a higher rate.
  var limitText: String? {
    guard let failure = lastFailure, let failed else { return nil }
    let reason = "at \(grouped(failed))/s \(failure.reason(of: condition))"
    guard limit == .client else { return reason }
    return "client-bound: \(reason), and of the client \(failure.clientLimit ?? "")."
      + " The server may do more: give the client more --workers and --connections, or CPUs of its own"
  }

  /// What a reader should know before believing it.
  var warnings: [String] {
    // A window of a search has the messages that its condition needs.
    let ofWindow = confirmation.map { ClientWarning.all(of: $0).filter { !$0.isShortWindow } }
    let warnings =
      ofWindow ?? (build == BuildConfiguration.debug.rawValue ? [ClientWarning.debugBuild] : [])
    return warnings.map { "\($0)" }
      + (partial ? ["interrupted: more was to be tried, and nothing is confirmed"] : [])
  }
}

extension RateWindow {
  /// `p99 1.20 ms`, `p99 unknown`, and what else is in the way.
  func reason(of condition: LatencyCondition) -> String {
    switch outcome {
    case .notKept: "\(grouped(achieved ?? 0))/s came back"
    case .stalled: "the server stalled"
    case .unknown: "there were too few messages to tell"
    case .held, .condition, nil:
      condition.terms.map { term in
        let value = latency[term.figure.rawValue] ?? nil
        return "\(term.figure.rawValue) was \(value.map(milliseconds) ?? "unknown")"
      }.joined(separator: ", ")
    }
  }

  /// `1.00 s at 61,700/s: held, p99 was 0.21 ms`
  func text(of condition: LatencyCondition) -> String {
    let length =
      duration < 100_000_000
      ? milliseconds(Double(duration)) : "\(fixed(Double(duration) / 1e9, 2)) s"
    guard let rate, let outcome else {
      let reached = grouped(achieved ?? 0)
      return "\(length), closed loop: \(reached)/s, \(reason(of: condition))"
    }
    let purpose = kind == .confirmation ? ", to confirm" : ""
    let verdict = outcome == .held ? "held" : "did not hold"
    let client = clientLimit.map { " (of the client, \($0))" } ?? ""
    return
      "\(length) at \(grouped(rate))/s\(purpose): \(verdict), \(reason(of: condition))\(client)"
  }
}

/// `0.084 ms`
private func milliseconds(_ nanoseconds: Double) -> String { "\(fixed(nanoseconds / 1e6, 3)) ms" }
