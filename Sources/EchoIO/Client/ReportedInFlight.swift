extension ClientReport {
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
