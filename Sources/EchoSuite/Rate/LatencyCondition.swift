public import EchoIO

/// What the response times of a rate have to keep: `p99<1ms`, `p50<200us,max<=20ms`.
public struct LatencyCondition: Hashable, ReadableText {
  /// All of them have to be met; there is at least one.
  public let terms: [Term]

  /// A figure of the response times, and what it may be at most.
  public struct Term: Hashable, Sendable {
    public let figure: LatencyFigure
    public let limit: TimeSpan
    /// `<=`: the limit itself is fine.
    public let includesLimit: Bool

    /// - Parameter value: in nanoseconds.
    func isMet(by value: Double) -> Bool {
      let limit = Double(limit.nanoseconds)
      return includesLimit ? value <= limit : value < limit
    }
  }

  /// Reads a condition as a person writes it: terms joined by commas or `and`, with spaces or without.
  public init(parsing text: String) throws(UnitError) {
    var terms: [Term] = []
    for words in text.replacing(" and ", with: ",").split(
      separator: ",", omittingEmptySubsequences: false)
    {
      terms.append(try Term(parsing: words.filter { !$0.isWhitespace }))
    }
    self.terms = terms
  }

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

extension LatencyCondition: CustomStringConvertible {
  public var description: String { terms.map { "\($0)" }.joined(separator: " and ") }
}

extension LatencyCondition.Term: CustomStringConvertible {
  public var description: String { "\(figure.rawValue) \(includesLimit ? "<=" : "<") \(limit)" }

  /// - Parameter text: without spaces.
  fileprivate init(parsing text: String) throws(UnitError) {
    let sides = text.split(separator: "<", omittingEmptySubsequences: false)
    guard sides.count == 2, let figure = LatencyFigure(rawValue: sides[0].lowercased()) else {
      let figures = LatencyFigure.allCases.map(\.rawValue).joined(separator: ", ")
      throw UnitError("must be a condition such as p99<1ms, of one of \(figures)")
    }
    self.figure = figure
    includesLimit = sides[1].hasPrefix("=")
    do {
      limit = try TimeSpan(parsing: String(sides[1].dropFirst(includesLimit ? 1 : 0)))
    } catch {
      throw UnitError("has a limit that \(error)")
    }
    guard limit > .seconds(0) else { throw UnitError("must have a limit above 0") }
  }
}

/// What a condition can be about.
public enum LatencyFigure: String, CaseIterable, Codable, Sendable {
  case p50
  case p90
  case p99
  case p999 = "p99.9"
  case mean
  case max

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
