extension ClientReport {
  /// Whether an open loop was kept: what was offered, and what came of it. Rates are in messages per
  /// second, times in nanoseconds.
  public struct Schedule: Codable, Equatable, Sendable {
    public var offered: Double
    public var achieved: Double
    /// Messages that were due by the end of the window and had not been sent, because as many as may be
    /// were in flight.
    public var unsent: UInt64
    /// For how long the first of those had been due.
    public var behind: UInt64
    /// How long after it was due a block was sent.
    public var sendLag: Latency

    enum CodingKeys: String, CodingKey {
      case unsent
      case offered = "offered_per_second"
      case achieved = "achieved_per_second"
      case behind = "behind_ns"
      case sendLag = "send_lag"
    }

    init(offered: Double, achieved: Double, _ backlog: Backlog, sendLag: Latency) {
      self.offered = offered
      self.achieved = achieved
      unsent = UInt64(backlog.messages)
      behind = backlog.behind
      self.sendLag = sendLag
    }

    /// Within 1 % of what was offered.
    public var isKept: Bool { achieved >= 0.99 * offered }
  }

  /// Messages in flight, or blocks of them, on the average (``Occupancy``).
  public struct InFlight: Codable, Equatable, Sendable {
    /// Connections × depth.
    public var expected: Double
    /// Their rate × the mean time that each took, and the client until it had sent the next.
    public var found: Double
    /// The client's part of that time, in nanoseconds for each.
    public var turnaround: Double

    enum CodingKeys: String, CodingKey {
      case expected, found
      case turnaround = "turnaround_ns"
    }

    init(_ occupancy: Occupancy, _ histograms: Histograms, _ load: Load) {
      expected = occupancy.expected / occupancy.span
      found = occupancy.found / occupancy.span
      let count = load.messagesPerBlock > 1 ? histograms.block.count : histograms.latency.count
      turnaround = count == 0 ? 0 : occupancy.turnaround / Double(count)
    }

    /// A mistake of the client's own, in words; nil when there is none.
    var contradiction: String? {
      let ratio = found / expected
      guard ratio < 0.95 || ratio > 1.05 else { return nil }
      return
        "the client contradicts itself: \(oneDecimal(found)) messages in flight on the average by their"
        + " rate and times (Little's law), \(oneDecimal(expected)) by connections and depth"
    }
  }
}

extension ClientReport.Schedule: CustomStringConvertible {
  /// `offered 50,000/s, achieved 31,200/s; 1.2 s behind at the end, 22,560 not sent`
  public var description: String {
    let rates = "offered \(grouped(Int(offered)))/s, achieved \(grouped(Int(achieved.rounded())))/s"
    guard unsent > 0, !isKept else { return rates }
    return
      "\(rates); \(oneDecimal(Double(behind) / 1e9)) s behind at the end, \(grouped(Int(unsent)))"
      + " not sent"
  }
}

/// `12.3`
private func oneDecimal(_ number: Double) -> String {
  let tenths = Int((number * 10).rounded())
  return "\(tenths / 10).\(abs(tenths % 10))"
}

/// What all workers have counted.
struct Histograms {
  var latency = LatencyHistogram()
  var service = LatencyHistogram()
  var lag = LatencyHistogram()
  var block = LatencyHistogram()
  var connect = LatencyHistogram()
  /// Of each class of sizes.
  var sizes: [LatencyHistogram] = []

  init(_ all: [Recorders]) {
    for recorders in all {
      latency.add(recorders.latency)
      service.add(recorders.service)
      lag.add(recorders.lag)
      block.add(recorders.block)
      connect.add(recorders.connect)
      for (index, recorder) in recorders.sizes.enumerated() {
        if index == sizes.count { sizes.append(LatencyHistogram()) }
        sizes[index].add(recorder)
      }
    }
  }
}
