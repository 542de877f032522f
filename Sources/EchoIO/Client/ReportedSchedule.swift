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
  }
}

extension ClientReport.Schedule: CustomStringConvertible {
  /// `offered 50,000/s, achieved 31,200/s; 1.2 s behind at the end, 22,560 not sent`
  public var description: String {
    let rates = "offered \(grouped(offered))/s, achieved \(grouped(achieved))/s"
    // A few are at any moment.
    guard behind >= 100_000_000 else { return rates }
    return
      "\(rates); \(oneDecimal(Double(behind) / 1e9)) s behind at the end, \(grouped(Double(unsent)))"
      + " not sent"
  }
}

/// `12.3`
func oneDecimal(_ number: Double) -> String {
  let tenths = Int((min(number, 1e17) * 10).rounded())
  return "\(tenths / 10).\(abs(tenths % 10))"
}
