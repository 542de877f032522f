internal import EchoIO

/// The latencies of all rounds of a row together, by percentiles that come closer the nearer they are
/// to 100, as far as ten samples lie above.
///
/// Its times are those of the buckets of the trials' histograms, 3 to 6 % wide: each is the highest of
/// the one that holds the percentile, but never more than the maximum.
struct LatencyLadder: Equatable, Sendable {
  struct Step: Equatable, Sendable {
    /// 0 ..< 100, of the samples that took at most as long.
    let percentile: Double
    let nanoseconds: UInt64

    /// `99.9`: without zeros at its end.
    var percentileText: String {
      let text = fixed(percentile, LatencyLadder.decimals)
      return String(text.reversed().drop { $0 == "0" }.drop { $0 == "." }.reversed())
    }
  }

  let kind: LatencyKind
  /// Round trips.
  let samples: UInt64
  let steps: [Step]

  /// Nil where nothing was measured, or where a round's histogram is not known: the rest would be
  /// something else. Rounds without a reply have none, nor have those in which no rate held.
  init?(_ summary: Summary) {
    var merged = LatencyHistogram()
    var kinds: Set<String> = []
    for round in summary.rounds where !round.isEmpty && !round.foundNoRate {
      guard let latency = round.client?.latency, let histogram = latency.histogram,
        (try? merged.add(histogram)) != nil
      else { return nil }
      kinds.insert(latency.kind)
    }
    guard kinds.count == 1, let kind = kinds.first.flatMap(LatencyKind.init) else { return nil }
    self.init(merged, kind)
  }

  /// Nil where not even half of the samples have ten above them.
  init?(_ histogram: LatencyHistogram, _ kind: LatencyKind) {
    self.kind = kind
    samples = histogram.count
    steps = Self.percentiles.compactMap { percentile in
      histogram.percentile(percentile).map { Step(percentile: percentile, nanoseconds: $0) }
    }
    guard steps.contains(where: { $0.percentile >= 50 }) else { return nil }
  }

  /// The time at one of ``percentiles``; nil where fewer than ten samples lie above it.
  subscript(percentile: Double) -> UInt64? {
    steps.first { $0.percentile == percentile }?.nanoseconds
  }

  /// 0, 20, 40, 50, 60, 70, 80, 85, 90, 92, 94, 95 … 99.99985: in each decade of 1 ÷ (1 − p) eight, about as
  /// far from each other on a logarithmic axis.
  static let percentiles: [Double] = (0..<decades).flatMap { decade in
    let rest = (0..<decade).reduce(10.0) { rest, _ in rest / 10 }
    // Through whole numbers, so that 99.9 is the number that its text reads as.
    return tails.map { ((100 - $0 * rest) * scale).rounded() / scale }
  }

  /// Of ten, what lies above.
  private static let tails = [10.0, 8, 6, 5, 4, 3, 2, 1.5]
  /// Above 99.9999 % ten samples would be of ten million, more than a row of a suite has.
  private static let decades = 6
  fileprivate static let decimals = 6
  private static let scale = 1e6
}
