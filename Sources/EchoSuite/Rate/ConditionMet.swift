internal import EchoIO

extension LatencyCondition {
  /// Whether a window's response times meet all terms; nil when that is not known, because too few
  /// messages lie above a percentile, and what is known meets its terms.
  func isMet(by latency: ClientReport.Latency) -> Bool? {
    var met: Bool? = true
    for term in terms {
      guard let value = latency[term.figure] else {
        met = nil
        continue
      }
      if !term.isMet(by: value) { return false }
    }
    return met
  }

  /// The fewest messages that tell all of its figures.
  var fewestMessages: Int { terms.map(\.figure.fewestMessages).max() ?? 0 }
}

extension LatencyCondition.Term {
  /// - Parameter value: in nanoseconds.
  func isMet(by value: Double) -> Bool {
    let limit = Double(limit.nanoseconds)
    return includesLimit ? value <= limit : value < limit
  }
}

extension LatencyFigure {
  /// Ten above a percentile, as reports have it; as many as a p90 needs of a mean or a maximum, which
  /// fewer would tell, but not of the rate.
  var fewestMessages: Int {
    switch self {
    case .p50: 20
    case .p90, .mean, .max: 100
    case .p99: 1000
    case .p999: 10_000
    }
  }
}

extension ClientReport.Latency {
  /// In nanoseconds; nil when it is not known.
  subscript(figure: LatencyFigure) -> Double? {
    switch figure {
    case .mean: mean
    case .max: max.map { Double($0) }
    default: (percentiles[String(figure.rawValue.dropFirst())] ?? nil).map { Double($0) }
    }
  }
}
